//! A page as PDF, tagged for readers who do not see it (ISO 14289-1), its fonts within it (ISO 19005-2).
//!
//! Made of the page alone: the same page gives the same bytes.

mod faces;
mod flow;
mod layout;

use std::num::NonZeroU16;

use krilla::configure::{Accessibility, Archival, ConfigurationBuilder};
use krilla::geom::{PathBuilder, Point, Rect};
use krilla::metadata::{DateTime, Metadata};
use krilla::outline::{Outline, OutlineNode};
use krilla::page::PageSettings;
use krilla::surface::Surface;
use krilla::tagging::{
    Artifact, ArtifactType, ContentTag, Identifier, ListNumbering, Node, SpanTag, TableHeaderScope,
    Tag, TagGroup, TagTree,
};
use krilla::text::{Font, GlyphId, KrillaGlyph};
use krilla::{Document, SerializeSettings};

use crate::report::qr::Code;

use super::Page;
pub use faces::Face;
use flow::{FOOT, Flow, HEIGHT, Head, Ink, Role, SIDE, Style, WIDTH};

/// A page that could not be made into a PDF.
#[derive(Debug, thiserror::Error)]
#[error("the page cannot be written as PDF: {0}")]
pub struct PdfError(String);

const SMALL: Style = Style {
    face: Face::Regular,
    size: 9.0,
};

/// Whether the front of a page fits on one sheet of which only a share is written on: in other fonts than ours, as in a
/// browser, the same text takes more room.
pub fn fits(page: &Page, share: f32) -> bool {
    layout::front(page, share).sheets.len() == 1
}

/// The page as a PDF file.
///
/// # Errors
/// Where the file would not be what ISO 14289-1 and ISO 19005-2 ask for.
pub fn print(page: &Page) -> Result<Vec<u8>, PdfError> {
    let failed = |why: &dyn std::fmt::Debug| PdfError(format!("{why:?}"));
    let configuration = ConfigurationBuilder::new()
        .with_archival_validator(Archival::A2_A)
        .with_accessibility_validator(Accessibility::UA1)
        .finish()
        .map_err(|error| failed(&error))?;
    let mut document = Document::new_with(SerializeSettings {
        configuration,
        ..SerializeSettings::default()
    });
    let fonts = Fonts::read().ok_or_else(|| failed(&"a font"))?;
    let flow = layout::whole(page);
    let settings = PageSettings::from_wh(WIDTH, HEIGHT).ok_or_else(|| failed(&"A4"))?;
    let mut parts: Vec<Vec<Identifier>> = flow.nodes.iter().map(|_| Vec::new()).collect();
    let mut outline = Outline::new();
    let mut heading = None;
    for (number, sheet) in flow.sheets.iter().enumerate() {
        let mut paper = document.start_page_with(settings.clone());
        let mut surface = paper.surface();
        for mark in sheet {
            let Some(node) = mark.node else {
                surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(
                    ArtifactType::Layout,
                )));
                draw(&mut surface, &fonts, &mark.ink);
                surface.end_tagged();
                continue;
            };
            if let (Role::Title(text) | Role::Heading(2, text), Ink::Text { y, .. }) =
                (&flow.nodes[node], &mark.ink)
                && heading != Some(node)
            {
                let place = Point::from_xy(SIDE, (y - 20.0).max(0.0));
                let place = krilla::destination::XyzDestination::new(number, place);
                outline.push_child(OutlineNode::new(text.clone(), place));
                heading = Some(node);
            }
            let part = surface.start_tagged(ContentTag::Span(SpanTag::empty()));
            draw(&mut surface, &fonts, &mark.ink);
            surface.end_tagged();
            parts[node].push(part);
        }
        foot(&mut surface, &fonts, page, number + 1, flow.sheets.len());
        surface.finish();
        paper.finish();
    }
    document.set_outline(outline);
    document.set_tag_tree(tree(&flow, parts, page.language.code()));
    document.set_metadata(metadata(page));
    document.finish().map_err(|error| failed(&error))
}

/// The fonts as krilla knows them.
struct Fonts([Font; 3]);

impl Fonts {
    fn read() -> Option<Self> {
        let font = |face: Face| Font::new(face.data().into(), 0);
        Some(Self([
            font(Face::Regular)?,
            font(Face::Bold)?,
            font(Face::Mono)?,
        ]))
    }
}

fn metadata(page: &Page) -> Metadata {
    let at = page.at.clock(None);
    let small = |number: u32| u8::try_from(number).unwrap_or_default();
    let date = DateTime::new(u16::try_from(at.year).unwrap_or_default())
        .month(small(at.month))
        .day(small(at.day))
        .hour(small(at.hour))
        .minute(small(at.minute))
        .second(0)
        .utc_offset_hour(0)
        .utc_offset_minute(0);
    Metadata::new()
        .title(page.title.clone())
        .language(page.language.code().to_owned())
        .creator(format!("custody {}", env!("CARGO_PKG_VERSION")))
        .document_id(page.foot.clone())
        .creation_date(date)
}

fn draw(surface: &mut Surface<'_>, fonts: &Fonts, ink: &Ink) {
    match ink {
        Ink::Text {
            x,
            y,
            face,
            size,
            text,
        } => {
            let glyphs: Vec<KrillaGlyph> = text
                .char_indices()
                .filter_map(|(at, character)| {
                    let letter = face.letter(character)?;
                    let range = at..at + character.len_utf8();
                    let glyph = GlyphId::new(letter.glyph);
                    Some(KrillaGlyph::new(
                        glyph,
                        letter.advance,
                        0.0,
                        0.0,
                        0.0,
                        range,
                        None,
                    ))
                })
                .collect();
            let font = fonts.0[*face as usize].clone();
            surface.draw_glyphs(Point::from_xy(*x, *y), &glyphs, font, text, *size, false);
        }
        Ink::Rule { x, y, width } => fill(surface, &[(*x, *y, *width, 0.7)]),
        Ink::Frame {
            x,
            y,
            width,
            height,
        } => {
            let thick = if *height < 12.0 { 0.8 } else { 1.3 };
            fill(
                surface,
                &[
                    (*x, *y, *width, thick),
                    (*x, *y + *height - thick, *width, thick),
                    (*x, *y, thick, *height),
                    (*x + *width - thick, *y, thick, *height),
                ],
            );
        }
        Ink::Code { x, y, side, text } => {
            let Some(code) = Code::of(text) else { return };
            let unit = side / code.size() as f32;
            let bars: Vec<(f32, f32, f32, f32)> = code
                .bars()
                .into_iter()
                .map(|(column, row, length)| {
                    (
                        *x + column as f32 * unit,
                        *y + row as f32 * unit,
                        length as f32 * unit,
                        unit,
                    )
                })
                .collect();
            fill(surface, &bars);
        }
    }
}

/// Black rectangles: left, top, width, height.
fn fill(surface: &mut Surface<'_>, bars: &[(f32, f32, f32, f32)]) {
    let mut path = PathBuilder::new();
    for &(x, y, width, height) in bars {
        if let Some(rect) = Rect::from_xywh(x, y, width, height) {
            path.push_rect(rect);
        }
    }
    if let Some(path) = path.finish() {
        surface.draw_path(&path);
    }
}

/// The record code, and the number of the sheet.
fn foot(surface: &mut Surface<'_>, fonts: &Fonts, page: &Page, number: usize, of: usize) {
    let shown = page
        .language
        .fill("page.number", &[("page", &number), ("pages", &of)]);
    let wide = SMALL.face.width(&shown, SMALL.size);
    let right = WIDTH - SIDE - wide;
    let left = SMALL
        .lines(&page.foot, right - SIDE - 10.0)
        .into_iter()
        .next();
    surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(
        ArtifactType::Footer,
    )));
    for (x, text) in [(SIDE, left.unwrap_or_default()), (right, shown)] {
        let (y, Style { face, size }) = (FOOT + 18.0, SMALL);
        draw(
            surface,
            fonts,
            &Ink::Text {
                x,
                y,
                face,
                size,
                text,
            },
        );
    }
    surface.end_tagged();
}

/// The order of reading, and what each part is.
fn tree(flow: &Flow, parts: Vec<Vec<Identifier>>, language: &str) -> TagTree {
    let mut tree = TagTree::new().with_lang(Some(language.to_owned()));
    let mut nodes = flow.nodes.iter().zip(parts).peekable();
    while let Some((role, parts)) = nodes.next() {
        let parts = || parts.into_iter().map(Node::from).collect::<Vec<_>>();
        match role {
            Role::Title(text) => tree.push(TagGroup::with_children(heading(1, text), parts())),
            Role::Heading(level, text) => {
                tree.push(TagGroup::with_children(heading(*level, text), parts()))
            }
            Role::Paragraph => tree.push(TagGroup::with_children(Tag::P, parts())),
            Role::Picture(shown) => {
                tree.push(TagGroup::with_children(
                    Tag::Figure(Some(shown.clone())),
                    parts(),
                ));
            }
            Role::Item { list } => {
                let mut group = TagGroup::new(Tag::L(ListNumbering::None));
                group.push(item(parts()));
                while let Some((_, parts)) = nodes.next_if(
                    |(role, _)| matches!(role, Role::Item { list: other } if other == list),
                ) {
                    group.push(item(parts.into_iter().map(Node::from).collect()));
                }
                tree.push(group);
            }
            Role::Cell { table, row, head } => {
                let mut group = TagGroup::new(Tag::Table);
                let mut line = TagGroup::new(Tag::TR);
                line.push(cell(*head, parts()));
                let mut at = *row;
                while let Some((role, parts)) = nodes.next_if(
                    |(role, _)| matches!(role, Role::Cell { table: other, .. } if other == table),
                ) {
                    let Role::Cell { row, head, .. } = role else {
                        continue;
                    };
                    if *row != at {
                        group.push(std::mem::replace(&mut line, TagGroup::new(Tag::TR)));
                        at = *row;
                    }
                    line.push(cell(*head, parts.into_iter().map(Node::from).collect()));
                }
                group.push(line);
                tree.push(group);
            }
        }
    }
    tree
}

fn heading(level: u16, text: &str) -> krilla::tagging::TagKind {
    let level = NonZeroU16::new(level).unwrap_or(NonZeroU16::MIN);
    Tag::Hn(level, Some(text.to_owned())).into()
}

fn item(parts: Vec<Node>) -> TagGroup {
    TagGroup::with_children(
        Tag::LI,
        vec![TagGroup::with_children(Tag::LBody, parts).into()],
    )
}

fn cell(head: Head, parts: Vec<Node>) -> TagGroup {
    match head {
        Head::None => TagGroup::with_children(Tag::TD, parts),
        Head::Row => TagGroup::with_children(Tag::TH(TableHeaderScope::Row), parts),
        Head::Column => TagGroup::with_children(Tag::TH(TableHeaderScope::Column), parts),
    }
}
