//! A person's picture: whatever was uploaded becomes two small JPEG files, or a reason why not.

use std::io::Cursor;

use image::{
    DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits, RgbImage, codecs::jpeg::JpegEncoder,
    error::LimitErrorKind, imageops::FilterType, metadata::Orientation,
};

/// A picture in the two sizes that are kept. Made anew from pixels, so it holds nothing else of the upload: no place, no
/// camera, no hidden thumbnail.
#[derive(Clone, PartialEq, Eq)]
pub struct Photo {
    /// JPEG, [`Photo::SIZE`].
    pub full: Vec<u8>,
    /// JPEG, [`Photo::THUMBNAIL_SIZE`].
    pub thumbnail: Vec<u8>,
}

/// Why an upload is no usable picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PhotoError {
    /// The bytes are no picture, or a broken one.
    #[error("not a picture")]
    NotAPicture,
    /// A picture, but neither JPEG, PNG nor WebP.
    #[error("a picture of an unsupported format")]
    Unsupported,
    /// The file is larger than [`Photo::MAX_BYTES`].
    #[error("the file is too large")]
    TooManyBytes,
    /// A side is longer than [`Photo::MAX_SIDE_PX`], or the pixels need more memory than allowed.
    #[error("the picture has too many pixels")]
    TooManyPixels,
}

impl PhotoError {
    /// The key of the text that a page shows.
    pub const fn key(self) -> &'static str {
        match self {
            Self::NotAPicture => "people-photo-not-a-picture",
            Self::Unsupported => "people-photo-unsupported",
            Self::TooManyBytes => "people-photo-too-many-bytes",
            Self::TooManyPixels => "people-photo-too-many-pixels",
        }
    }
}

impl Photo {
    /// The largest upload, in bytes.
    pub const MAX_BYTES: usize = 8 * 1024 * 1024;
    /// The longest side of an upload, in pixels.
    pub const MAX_SIDE_PX: u32 = 6000;
    /// Width and height of the picture, in pixels.
    pub const SIZE: (u32, u32) = (480, 640);
    /// Width and height of the thumbnail, in pixels.
    pub const THUMBNAIL_SIZE: (u32, u32) = (120, 160);

    /// What decoding may take: 6000 × 6000 pixels of 4 bytes and the decoder's own needs.
    const MAX_MEMORY_BYTES: u64 = 192 * 1024 * 1024;
    const QUALITY: u8 = 84;

    /// Reads an uploaded file: turns it upright, cuts its middle to 3:4 and makes both sizes.
    ///
    /// A large picture takes some tenths of a second and up to 192 MiB, so callers run few at a time and off the async threads.
    ///
    /// # Errors
    /// [`PhotoError`] says why it is refused; size limits are checked before anything is decoded.
    pub fn from_upload(bytes: &[u8]) -> Result<Self, PhotoError> {
        if bytes.len() > Self::MAX_BYTES {
            return Err(PhotoError::TooManyBytes);
        }
        let picture = upright(bytes)?;
        let (width, height) = Self::SIZE;
        let full = flat(&cut(picture).resize_exact(width, height, FilterType::Triangle));
        let (width, height) = Self::THUMBNAIL_SIZE;
        let thumbnail = image::imageops::resize(&full, width, height, FilterType::Triangle);
        Ok(Self { full: jpeg(&full)?, thumbnail: jpeg(&thumbnail)? })
    }
}

impl std::fmt::Debug for Photo {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Photo({} + {} bytes)", self.full.len(), self.thumbnail.len())
    }
}

/// The pixels, turned as the camera was held.
fn upright(bytes: &[u8]) -> Result<DynamicImage, PhotoError> {
    let mut reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format().map_err(|_| PhotoError::NotAPicture)?;
    match reader.format() {
        Some(ImageFormat::Jpeg | ImageFormat::Png | ImageFormat::WebP) => {}
        Some(_) => return Err(PhotoError::Unsupported),
        None if is_heif(bytes) => return Err(PhotoError::Unsupported),
        None => return Err(PhotoError::NotAPicture),
    }
    let mut limits = Limits::default();
    limits.max_image_width = Some(Photo::MAX_SIDE_PX);
    limits.max_image_height = Some(Photo::MAX_SIDE_PX);
    limits.max_alloc = Some(Photo::MAX_MEMORY_BYTES);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(|error| refusal(&error))?;
    // The decoder holds its own needs to the limit, but not the pixels it is about to fill.
    if decoder.total_bytes() > Photo::MAX_MEMORY_BYTES {
        return Err(PhotoError::TooManyPixels);
    }
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let mut picture = DynamicImage::from_decoder(decoder).map_err(|error| refusal(&error))?;
    picture.apply_orientation(orientation);
    Ok(picture)
}

/// HEIC and AVIF, which telephones make: an ISO media file of such a brand.
fn is_heif(bytes: &[u8]) -> bool {
    bytes.get(4..8) == Some(b"ftyp")
        && bytes.get(8..12).is_some_and(|brand| {
            [b"heic", b"heix", b"mif1", b"msf1", b"hevc", b"avif"].iter().any(|known| brand == *known)
        })
}

fn refusal(error: &ImageError) -> PhotoError {
    match error {
        ImageError::Limits(limit) => match limit.kind() {
            LimitErrorKind::DimensionError | LimitErrorKind::InsufficientMemory => PhotoError::TooManyPixels,
            _ => PhotoError::NotAPicture,
        },
        ImageError::Unsupported(_) => PhotoError::Unsupported,
        _ => PhotoError::NotAPicture,
    }
}

/// The middle of a picture, as wide and high as 3:4 allows.
fn cut(picture: DynamicImage) -> DynamicImage {
    let (width, height) = (picture.width(), picture.height());
    let (wide, high) = ((height * 3 / 4).clamp(1, width.max(1)), (width * 4 / 3).clamp(1, height.max(1)));
    picture.crop_imm((width - wide) / 2, (height - high) / 2, wide, high)
}

/// Without transparency: on white, as a picture on paper.
fn flat(picture: &DynamicImage) -> RgbImage {
    if !picture.color().has_alpha() {
        return picture.to_rgb8();
    }
    let source = picture.to_rgba8();
    let mut flat = RgbImage::new(source.width(), source.height());
    for (pixel, source) in flat.pixels_mut().zip(source.pixels()) {
        let [red, green, blue, alpha] = source.0.map(u16::from);
        // At most 255, since the weights of colour and white add up to 255.
        pixel.0 = [red, green, blue].map(|colour| ((colour * alpha + 255 * (255 - alpha)) / 255) as u8);
    }
    flat
}

fn jpeg(picture: &RgbImage) -> Result<Vec<u8>, PhotoError> {
    let mut bytes = Vec::with_capacity(48 * 1024);
    JpegEncoder::new_with_quality(&mut bytes, Photo::QUALITY).encode_image(picture).map_err(|error| refusal(&error))?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use image::{ImageEncoder, Rgb, Rgba, RgbaImage};
    use proptest::prelude::*;

    use super::*;

    fn encode(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        picture.write_to(&mut bytes, format).unwrap();
        bytes.into_inner()
    }

    /// Left half red, right half blue.
    fn halves(width: u32, height: u32) -> DynamicImage {
        RgbImage::from_fn(width, height, |x, _| if x < width / 2 { Rgb([220, 20, 20]) } else { Rgb([20, 20, 220]) })
            .into()
    }

    fn decoded(bytes: &[u8]) -> RgbImage {
        image::load_from_memory_with_format(bytes, ImageFormat::Jpeg).unwrap().to_rgb8()
    }

    #[test]
    fn every_supported_format_becomes_a_jpeg_of_both_sizes() {
        for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP] {
            for (width, height) in [(800, 600), (300, 900), (1, 1), (1, 4000), (480, 640)] {
                let photo = Photo::from_upload(&encode(&halves(width, height), format)).unwrap();
                assert_eq!(decoded(&photo.full).dimensions(), Photo::SIZE, "{format:?} {width}x{height}");
                assert_eq!(decoded(&photo.thumbnail).dimensions(), Photo::THUMBNAIL_SIZE);
            }
        }
    }

    #[test]
    fn the_middle_is_kept() {
        let photo = decoded(&Photo::from_upload(&encode(&halves(2000, 640), ImageFormat::Png)).unwrap().full);
        let (left, right) = (photo.get_pixel(200, 320), photo.get_pixel(280, 320));
        assert!(left[0] > 180 && left[2] < 80 && right[2] > 180 && right[0] < 80, "{left:?} {right:?}");
    }

    #[test]
    fn transparency_becomes_white() {
        let clear: DynamicImage = RgbaImage::from_pixel(60, 80, Rgba([0, 0, 0, 0])).into();
        let photo = decoded(&Photo::from_upload(&encode(&clear, ImageFormat::Png)).unwrap().full);
        assert!(photo.pixels().all(|pixel| pixel.0.iter().all(|&colour| colour > 250)));
    }

    #[test]
    fn a_picture_taken_sideways_is_turned_and_its_exif_is_dropped() {
        // TIFF header, one entry: tag 0x112 (orientation), short, 1 value: 6 (turn right by 90 degrees).
        let mut exif = b"II\x2a\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0".to_vec();
        exif.extend_from_slice(b"SECRET-PLACE");
        let mut bytes = Vec::new();
        let mut encoder = JpegEncoder::new_with_quality(&mut bytes, 90);
        encoder.set_exif_metadata(exif).unwrap();
        encoder.encode_image(&halves(640, 480).to_rgb8()).unwrap();
        assert!(bytes.windows(6).any(|window| window == b"SECRET"), "the test's own upload holds EXIF");

        let photo = Photo::from_upload(&bytes).unwrap();
        let picture = decoded(&photo.full);
        let (top, bottom) = (picture.get_pixel(240, 100), picture.get_pixel(240, 540));
        assert!(top[0] > 180 && bottom[2] > 180, "left became top: {top:?} {bottom:?}");
        for jpeg in [&photo.full, &photo.thumbnail] {
            assert!(!jpeg.windows(6).any(|window| window == b"SECRET" || window == b"Exif\0\0"));
        }
    }

    #[test]
    fn uploads_that_are_no_usable_picture_are_refused_with_the_reason() {
        let jpeg = encode(&halves(300, 400), ImageFormat::Jpeg);
        let heic = b"\0\0\0\x18ftypheic\0\0\0\0".to_vec();
        let wide = encode(&halves(6001, 2), ImageFormat::Png);
        for (what, bytes, error) in [
            ("nothing", Vec::new(), PhotoError::NotAPicture),
            ("text", b"<?php echo 1 ?>".to_vec(), PhotoError::NotAPicture),
            ("a page called jpg", b"<html><script>alert(1)</script></html>".to_vec(), PhotoError::NotAPicture),
            ("the head of a jpeg", jpeg[..200].to_vec(), PhotoError::NotAPicture),
            ("a gif", b"GIF89a\x01\0\x01\0\0\0\0;".to_vec(), PhotoError::Unsupported),
            ("a heic", heic, PhotoError::Unsupported),
            ("too wide", wide, PhotoError::TooManyPixels),
            ("9 MB", vec![0xff; 9 * 1024 * 1024], PhotoError::TooManyBytes),
        ] {
            assert_eq!(Photo::from_upload(&bytes).err(), Some(error), "{what}");
        }
    }

    #[test]
    fn a_small_file_of_huge_size_is_refused_before_it_is_decoded() {
        // A PNG whose header promises 60000 x 60000 pixels, the checksum of the header right.
        let mut bytes = encode(&halves(1, 1), ImageFormat::Png);
        bytes[16..24].copy_from_slice(&[0, 0, 0xea, 0x60, 0, 0, 0xea, 0x60]);
        let checksum = crc(&bytes[12..29]);
        bytes[29..33].copy_from_slice(&checksum.to_be_bytes());
        assert_eq!(Photo::from_upload(&bytes).err(), Some(PhotoError::TooManyPixels));

        // Sides within the limit, but 16 bits a channel with transparency: 288 MB.
        let mut bytes = Vec::new();
        image::codecs::png::PngEncoder::new(&mut bytes)
            .write_image(&[0; 8], 1, 1, image::ExtendedColorType::Rgba16)
            .unwrap();
        bytes[16..24].copy_from_slice(&[0, 0, 0x17, 0x70, 0, 0, 0x17, 0x70]);
        let checksum = crc(&bytes[12..29]);
        bytes[29..33].copy_from_slice(&checksum.to_be_bytes());
        assert_eq!(Photo::from_upload(&bytes).err(), Some(PhotoError::TooManyPixels));
    }

    fn crc(bytes: &[u8]) -> u32 {
        !bytes.iter().fold(u32::MAX, |crc, &byte| {
            (0..8).fold(crc ^ u32::from(byte), |crc, _| if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 })
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]
        #[test]
        fn a_damaged_picture_makes_no_panic(at in 0..2000_usize, byte in any::<u8>(), format in 0..3_usize) {
            let format = [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP][format];
            let mut bytes = encode(&halves(60, 80), format);
            let at = at % bytes.len();
            bytes[at] = byte;
            let _ = Photo::from_upload(&bytes);
        }
    }
}
