"""What the hub knows of its own state, in the order of a scan's way.

canary     does what the broker takes come back to us?
loop       does the loop turn that takes scans?
disk       can the database be written, and for how long still?
parts      is a part of the hub late that works beside the scans?
watch      all of it put together: what `/health/ready`, the page and the metrics tell
problem, vitals   what they tell it with
"""
