"""A local Intuit sign-in, QuickBooks Online v3 and NinjaOne v2, on the loopback address.

From a shell::

    python -m desktop_app.simulator --size small --seed 1 --state world.json

prints one JSON line with addresses, app keys and working refresh tokens, and serves until ended.
From a process::

    with Simulator("small") as simulator:
        simulator.faults.arm("transport.cut_after", times=1, service="quickbooks")
        simulator.clock.advance(3600)

``GET /_sim`` lists the control routes and ``GET /_sim/faults`` every fault with its parameters.
This package imports nothing of the rest of the program.
"""
