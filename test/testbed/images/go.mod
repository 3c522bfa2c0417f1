module dokomodo/testbed/images

go 1.25.0
