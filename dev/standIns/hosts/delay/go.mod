module dokomodo/testbed/hosts/delay

go 1.25.0

require (
	github.com/mdlayher/netlink v1.8.0
	golang.org/x/sys v0.35.0
)

require (
	github.com/google/go-cmp v0.5.9 // indirect
	github.com/mdlayher/socket v0.5.1 // indirect
	golang.org/x/net v0.43.0 // indirect
	golang.org/x/sync v0.3.0 // indirect
)
