"""What the two sides agree on, and the thing between them.

In the order a message meets them: ``messages`` (every payload), ``topics`` (every topic and who may),
``codec`` (bytes to message and back), ``session`` (the one door to MQTT), ``mosquitto`` and ``embedded``
(the broker's settings and a broker for one machine), ``testing`` (a broker in memory).
"""

__version__ = "0.1.0"
