use std::collections::HashSet;

use image::{GenericImage, RgbImage};
use proptest::prelude::*;

use super::*;

fn decoded(jpeg: &[u8]) -> RgbImage {
    image::load_from_memory_with_format(jpeg, image::ImageFormat::Jpeg).unwrap().to_rgb8()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn a_portrait_is_a_small_jpeg_and_the_same_again_for_the_same_seed(seed in any::<u64>(), age in 0..100_u8, is_male in any::<bool>()) {
        let sex = if is_male { Sex::Male } else { Sex::Female };
        let jpeg = portrait(seed, sex, age);
        prop_assert!(jpeg.len() < 25 * 1024, "{} bytes", jpeg.len());
        prop_assert_eq!(decoded(&jpeg).dimensions(), SIZE);
        prop_assert_eq!(&jpeg, &portrait(seed, sex, age));
    }
}

#[test]
fn portraits_differ_and_pass_as_an_upload() {
    let portraits: HashSet<Vec<u8>> = (0..40).map(|seed| portrait(seed, Sex::Female, 9)).collect();
    assert_eq!(portraits.len(), 40);
    for jpeg in portraits.iter().take(3) {
        assert!(people::model::Photo::from_upload(jpeg).is_ok());
    }
}

/// Writes `portraits.png` into the folder for temporary files: `cargo test -p demo -- --ignored contact_sheet`.
#[test]
#[ignore = "for the eye: writes a sheet of portraits"]
fn contact_sheet() {
    const ACROSS: u32 = 10;
    let ages = [6, 8, 10, 12, 15, 17, 27, 38, 50, 62];
    let mut sheet = RgbImage::new(ACROSS * 192, 6 * 256);
    let (mut bytes, mut largest) = (0, 0);
    let begin = std::time::Instant::now();
    for row in 0..6_u32 {
        for column in 0..ACROSS {
            let sex = if row % 2 == 0 { Sex::Female } else { Sex::Male };
            let jpeg = portrait(u64::from(row * ACROSS + column + 100), sex, ages[column as usize]);
            bytes += jpeg.len();
            largest = largest.max(jpeg.len());
            let small = image::imageops::resize(&decoded(&jpeg), 192, 256, image::imageops::FilterType::Triangle);
            sheet.copy_from(&small, column * 192, row * 256).unwrap();
        }
    }
    println!("{} bytes on average, {largest} at most, {:?} each with decoding", bytes / 60, begin.elapsed() / 60);
    sheet.save(std::env::temp_dir().join("portraits.png")).unwrap();
}
