"""Live updates: a small ASGI process that passes on what PostgreSQL's triggers ring (`house.live`).

Pages are whole without it: a browser that hears nothing looks again by itself.
"""
