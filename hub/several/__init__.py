"""This hub as one of several that share a PostgreSQL server.

leases        the lease is kept, stations are taken over, handed over, given up
stations      the topics of this hub's own stations, and nothing else, are listened to
office        what is done once in all is done while this hub holds the office
company       the three together, as the service knows them
"""
