//! The program: commands, configuration, wiring.
