"""The embedded server under the supervisor's eyes: its own child, or one adopted from a killed supervisor."""

import time

from .postgres import Cluster
from .processes import Child


class Server:
    """Restarts PostgreSQL when it dies; an adopted postmaster is watched by its pid."""

    def __init__(self, cluster: Cluster, child: Child) -> None:
        self.cluster = cluster
        self.child = child

    def start(self) -> None:
        self.cluster.init()
        if self.cluster.pid() is None:
            self.child.start()
        self.cluster.wait()

    def watch(self) -> None:
        if self.child.process is not None:
            self.child.watch()
        elif self.cluster.pid() is None:
            print("postgres ended; it is started again.", flush=True)
            time.sleep(0.2)
            self.child.start()

    def stop(self) -> None:
        self.cluster.stop()
        self.child.stop()
