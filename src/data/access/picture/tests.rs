//! What is taken as a picture, and whose it is to change.

use super::super::test_firm::TestFirm;
use super::super::{AccessError, BuiltIn};
use super::*;

fn png(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".to_vec();
    bytes.extend(width.to_be_bytes());
    bytes.extend(height.to_be_bytes());
    bytes.extend(b"\x08\x06\0\0\0");
    bytes
}

fn jpeg(width: u16, height: u16) -> Vec<u8> {
    let mut bytes =
        b"\xff\xd8\xff\xe0\x00\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0\xff\xff\xc0\x00\x11\x08"
            .to_vec();
    bytes.extend(height.to_be_bytes());
    bytes.extend(width.to_be_bytes());
    bytes
}

fn webp(chunk: &[u8], rest: &[u8]) -> Vec<u8> {
    let mut bytes = b"RIFF\0\0\0\0WEBP".to_vec();
    bytes.extend(chunk);
    bytes.extend(b"\0\0\0\0");
    bytes.extend(rest);
    bytes
}

#[test]
fn pictures_are_known_by_their_bytes() {
    let taken = [
        (png(640, 480), PictureKind::Png),
        (jpeg(2000, 1), PictureKind::Jpeg),
        (
            webp(b"VP8X", b"\0\0\0\0\x07\0\0\x07\0\0"),
            PictureKind::WebP,
        ),
        (webp(b"VP8L", b"\x2f\x3f\x00\x10\x00"), PictureKind::WebP),
        (
            webp(b"VP8 ", b"\0\0\0\x9d\x01\x2a\x40\x00\x40\x00"),
            PictureKind::WebP,
        ),
    ];
    for (bytes, kind) in taken {
        assert_eq!(
            Picture::read(bytes).map(|picture| picture.kind()).ok(),
            Some(kind)
        );
    }
    let refused = [
        (Vec::new(), PictureProblem::Empty),
        (png(2001, 1), PictureProblem::TooLarge),
        (jpeg(1, 2001), PictureProblem::TooLarge),
        (
            webp(b"VP8X", b"\0\0\0\0\xd0\x07\0\x07\0\0"),
            PictureProblem::TooLarge,
        ),
        (png(0, 1), PictureProblem::Unknown),
        (
            b"<svg xmlns='http://www.w3.org/2000/svg'/>".to_vec(),
            PictureProblem::Unknown,
        ),
        (b"GIF89a\x01\0\x01\0".to_vec(), PictureProblem::Unknown),
        (
            b"<html><script>alert(1)</script>".to_vec(),
            PictureProblem::Unknown,
        ),
        (png(1, 1)[..20].to_vec(), PictureProblem::Unknown),
        // Segments that lead nowhere, or back to themselves.
        (
            b"\xff\xd8\xff\xe0\x00\x00".to_vec(),
            PictureProblem::Unknown,
        ),
        (
            b"\xff\xd8\xff\xda\x00\x02\xff\xc0".to_vec(),
            PictureProblem::Unknown,
        ),
        (
            [png(1, 1), vec![0; Picture::MOST_BYTES]].concat(),
            PictureProblem::TooHeavy,
        ),
    ];
    for (bytes, problem) in refused {
        assert_eq!(Picture::read(bytes).err(), Some(problem));
    }
}

proptest::proptest! {
    #[test]
    fn no_bytes_make_it_stumble(start in 0_usize..4, rest in proptest::collection::vec(proptest::num::u8::ANY, 0..80)) {
        let starts: [&[u8]; 4] = [b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR", b"\xff\xd8", b"RIFF\0\0\0\0WEBPVP8X", b""];
        let _ = Picture::read([starts[start], &rest].concat());
    }
}

#[tokio::test]
async fn a_photo_is_ones_own_or_the_managers_to_change() {
    let firm = TestFirm::new().await;
    let anna = firm.person("anna", BuiltIn::Salesperson.id(), None).await;
    let piotr = firm.person("piotr", BuiltIn::Salesperson.id(), None).await;
    let picture = || Picture::read(png(1, 1)).ok();
    let as_anna = firm.access_of("anna").unwrap();
    let refused = as_anna.set_photo(piotr, picture()).await;
    assert!(matches!(refused, Err(AccessError::Forbidden(_))));
    let refused = as_anna.set_logo(picture()).await;
    assert!(matches!(refused, Err(AccessError::Forbidden(_))));
    as_anna.set_photo(anna, picture()).await.unwrap();
    firm.owner.set_photo(piotr, picture()).await.unwrap();
    let reading = as_anna.read().unwrap();
    assert_eq!(reading.photo(piotr).unwrap().into_bytes(), png(1, 1));
    let first = reading.rights().people().user(anna).unwrap().photo;
    as_anna.set_photo(anna, picture()).await.unwrap();
    let second = as_anna
        .read()
        .unwrap()
        .rights()
        .people()
        .user(anna)
        .unwrap()
        .photo;
    assert!(first.is_some() && second.is_some() && first != second);
    as_anna.set_photo(anna, None).await.unwrap();
    let gone = as_anna.read().unwrap();
    assert!(matches!(gone.photo(anna), Err(AccessError::NotFound)));
    firm.owner.delete_user(piotr).await.unwrap();
    let gone = as_anna.read().unwrap();
    assert!(matches!(gone.photo(piotr), Err(AccessError::NotFound)));
}
