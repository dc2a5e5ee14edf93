//! Access control: points, zones, rules, passes, presence, the guard's monitor.
