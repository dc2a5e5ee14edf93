//! Drivers of what stands at the door, one module a protocol.
