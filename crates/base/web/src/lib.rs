//! The web's plumbing: pages, components, assets, cookies, errors, live streams.
