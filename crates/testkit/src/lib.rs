//! What tests stand on: databases of both kinds, a clock that is told the time, the real router.
