//! What gate and server say to each other over HTTP; the types stand in `kernel`, where both sides reach them.

pub use kernel::{
    FEED_PATH, Feed, FeedRequest, Has, MAX_RECORDS, MAX_RECORDS_BYTES, MAX_WAIT_S, RECORDS_PATH, RecordsAnswer,
    RecordsRequest,
};
