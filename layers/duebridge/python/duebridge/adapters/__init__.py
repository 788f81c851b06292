"""One module a port: how AWS does what a flow asked for."""
