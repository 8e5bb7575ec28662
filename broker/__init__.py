"""What the two sides agree on, and the thing between them.

In the order a message meets them: ``answers`` (outcome and tone), ``messages`` (every payload), ``topics`` (every topic and who
may), ``codec`` (bytes to message and back), ``promises`` (what a session gives and asks), ``session`` (the one door to MQTT) over
``lasting`` (dials again), ``packets`` (what each scan costs on the wire), ``asking`` (topics listened to for a while), ``wire`` (the
socket) and ``refusals`` (what went wrong, in words), ``testing`` (a broker in memory).

Around them: ``mosquitto`` and ``embedded`` (the broker's settings, and a broker for one machine, held by ``children`` and ``tether``),
``accounts``, ``checking``, ``overhear``, ``samples`` and ``asyncapi`` behind ``cli`` (``holdshelf-broker``);
``ids``, ``settings_file``, ``log_lines``, ``setup`` (what a hub may set of a station) and ``supervisor`` (what systemd is told), which
stations and hub share; ``versions`` says who reads which version of a message.
"""

__version__ = "0.2.0"
