import pytest, time
from house import clock
from .content import fill
from . import pages
from django.test import Client as Browser
@pytest.mark.django_db
def test_x(settings):
    settings.EMAIL_BACKEND = "house.notices.mailbox.Mailbox"
    from django.core.management import call_command
    t=time.time(); call_command("reference", verbosity=0); print("ref", time.time()-t)
    t=time.time(); c=fill(clock.now()); print("fill",time.time()-t)
    t=time.time()
    every=pages.every(c)
    print(len(every), pages.unnamed(every))
    browsers={}
    for p in every:
        if p.who not in browsers:
            browsers[p.who]=b=Browser(raise_request_exception=True)
            if p.who: b.force_login(c.people[p.who])
        try:
            r=browsers[p.who].get(p.path)
            if r.status_code!=p.status: print(p, r.status_code, r.get("Location"))
        except Exception as e: print(p, type(e), str(e)[:200])
    for s in pages.forms(c):
        try:
            r=browsers[s.who].post(s.path,{**s.words,"x":"1"}); print(s.path, r.status_code)
        except Exception as e: print(s, type(e), str(e)[:200])
    print(time.time()-t)
