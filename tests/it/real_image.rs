//! Real bootable images from Debian's package grub-rescue-pc: the main job from seal to summary.

use std::os::unix::fs::symlink;

use crate::stage::{Stage, image};

fn sealed(name: &str) -> Option<Stage> {
    let image = image(name)?;
    let stage = Stage::new();
    stage.people(&["anna", "boris"]);
    std::fs::copy(image, stage.path("disk.img")).unwrap();
    stage.must(
        "anna",
        &["seal", "disk.img", "--case", "2026-1", "--exhibit", "CD-1"],
    );
    Some(stage)
}

#[test]
fn goes_from_seal_to_summary() {
    for name in ["grub-rescue-cdrom.iso", "grub-rescue-floppy.img"] {
        let Some(stage) = sealed(name) else { return };
        stage.must(
            "anna",
            &[
                "release",
                "disk.img",
                "--to",
                "boris",
                "--reason",
                "examination",
            ],
        );
        stage.must("boris", &["receive", "disk.img"]);
        let report = stage.verify("anna", &["disk.img", "--full"]);
        assert_eq!(
            (report.exit, report.result(), report.codes()),
            (0, "NO CHANGE FOUND", vec![])
        );
        let page = stage.must("anna", &["summary", "disk.img"]).stdout;
        assert!(
            page.contains("NO CHANGE FOUND since the digital seal of"),
            "{page}"
        );
        assert!(
            page.contains("received by boris, checked on receipt"),
            "{page}"
        );
        assert!(
            page.lines().count() <= 66 && page.lines().all(|line| line.chars().count() <= 80),
            "one page: {page}"
        );
    }
}

#[test]
fn one_flipped_byte_anywhere_is_found_in_its_piece() {
    let Some(stage) = sealed("grub-rescue-cdrom.iso") else {
        return;
    };
    let size = std::fs::metadata(stage.path("disk.img")).unwrap().len();
    for at in [0, 1_048_575, 1_048_576, size / 2, 4_194_304, size - 1] {
        stage.flip("disk.img", at);
        let report = stage.verify("anna", &["disk.img"]);
        assert_eq!(
            (report.exit, report.result()),
            (1, "CHANGE FOUND"),
            "byte {at}"
        );
        let finding = report.finding("altered");
        assert_eq!(finding["path"], "disk.img");
        let (start, end) = (
            finding["ranges"][0]["start"].as_u64().unwrap(),
            finding["ranges"][0]["end"].as_u64().unwrap(),
        );
        assert!(
            (start..end).contains(&at) && end - start <= 1 << 20,
            "byte {at} is not in {start}..{end}"
        );
        assert_eq!(finding["pieces"], serde_json::json!([at >> 20]));
        stage.flip("disk.img", at);
    }
    let codes = stage.verify("anna", &["disk.img"]);
    assert_eq!(
        (codes.exit, codes.codes()),
        (0, vec!["metadata-changed"]),
        "flipped back, it is as it was"
    );
}

#[test]
fn cut_extended_renamed_and_replaced() {
    let Some(stage) = sealed("grub-rescue-floppy.img") else {
        return;
    };
    let path = stage.path("disk.img");
    let good = std::fs::read(&path).unwrap();
    let found = |expected: &str| {
        let report = stage.verify("anna", &["disk.img.custody.json", "disk.img"]);
        assert_eq!(report.exit, 1, "{}", report.json);
        assert!(report.codes().contains(&expected), "{}", report.json);
    };
    std::fs::write(&path, &good[..good.len() - 1]).unwrap();
    found("altered");
    std::fs::write(&path, [&good[..], b"\0"].concat()).unwrap();
    found("altered");
    std::fs::write(&path, "").unwrap();
    found("altered");
    std::fs::write(&path, &good).unwrap();
    // The name under which one file is supplied says nothing.
    std::fs::rename(&path, stage.path("renamed.img")).unwrap();
    let report = stage.verify("anna", &["disk.img.custody.json", "renamed.img"]);
    assert_eq!(report.exit, 0);
    symlink("renamed.img", &path).unwrap();
    found("type-changed");
    std::fs::remove_file(&path).unwrap();
    rustix::fs::mknodat(
        rustix::fs::CWD,
        &path,
        rustix::fs::FileType::Fifo,
        rustix::fs::Mode::from_raw_mode(0o600),
        0,
    )
    .unwrap();
    found("type-changed");
    std::fs::remove_file(&path).unwrap();
    std::fs::create_dir(&path).unwrap();
    found("type-changed");
}

#[test]
fn an_image_in_a_folder_is_followed_when_it_is_renamed() {
    let Some(image) = image("grub-rescue-floppy.img") else {
        return;
    };
    let stage = Stage::new();
    std::fs::create_dir(stage.path("EXH")).unwrap();
    std::fs::copy(image, stage.path("EXH/floppy.img")).unwrap();
    stage.must("anna", &["seal", "EXH"]);
    std::fs::rename(stage.path("EXH/floppy.img"), stage.path("EXH/other.img")).unwrap();
    let report = stage.verify("anna", &["EXH"]);
    assert_eq!((report.exit, report.codes()), (1, vec!["moved"]));
    assert_eq!(report.finding("moved")["path"], "floppy.img");
    // An image that stands alone is looked for under its name; elsewhere, it was not supplied.
    std::fs::rename(stage.path("EXH/other.img"), stage.path("alone.img")).unwrap();
    stage.must("anna", &["seal", "alone.img"]);
    std::fs::rename(stage.path("alone.img"), stage.path("elsewhere.img")).unwrap();
    let report = stage.verify("anna", &["alone.img.custody.json"]);
    assert_eq!((report.exit, report.codes()), (3, vec!["not-supplied"]));
}
