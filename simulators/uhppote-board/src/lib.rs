//! A simulator of a UHPPOTE UT0311 board; shares no code with the driver.
