//! Which rows of a table stand on which page.

/// How high things are, in points.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Heights {
    /// The title and what stands under it, on the first page.
    pub(crate) title: f32,
    /// The heads of the columns, on each page.
    pub(crate) head: f32,
    /// Signatures behind the last row or note.
    pub(crate) tail: f32,
    /// What a page has room for.
    pub(crate) page: f32,
}

/// The rows of each page, as ranges; the last page has room for the tail. There is at least one page.
///
/// `with_next` says of a row that it must not be the last of a page: a heading.
pub(crate) fn pages(heights: Heights, rows: &[f32], with_next: impl Fn(usize) -> bool) -> Vec<std::ops::Range<usize>> {
    let mut pages = Vec::new();
    let (mut first, mut left) = (0, heights.page - heights.title - heights.head);
    for (index, height) in rows.iter().enumerate() {
        let next = if with_next(index) { rows.get(index + 1).copied().unwrap_or(0.0) } else { 0.0 };
        // A row that is higher than a page gets one of its own.
        if height + next > left && index > first {
            pages.push(first..index);
            (first, left) = (index, heights.page - heights.head);
        }
        left -= height;
    }
    pages.push(first..rows.len());
    if heights.tail > left {
        pages.push(rows.len()..rows.len());
    }
    pages
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn every_row_stands_on_one_page_that_has_room(
            rows in proptest::collection::vec(5.0_f32..60.0, 0..200), title in 0.0_f32..80.0, tail in 0.0_f32..100.0,
        ) {
            let heights = Heights { title, head: 20.0, tail, page: 300.0 };
            let pages = pages(heights, &rows, |index| index % 17 == 0);
            let order: Vec<usize> = pages.iter().cloned().flatten().collect();
            prop_assert_eq!(order, (0..rows.len()).collect::<Vec<_>>());
            for (number, page) in pages.iter().enumerate() {
                let used: f32 = rows[page.clone()].iter().sum();
                let above = if number == 0 { title } else { 0.0 } + 20.0;
                let below = if number + 1 == pages.len() { tail } else { 0.0 };
                prop_assert!(used + above + below <= 300.01, "page {}: {}", number, used);
            }
        }
    }
}
