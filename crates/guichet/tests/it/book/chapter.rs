//! A chapter of the book, as far as it is code.

use std::fs;

use crate::packaging::root;

/// Where the book is, and in it the chapters about operating.
const BOOK: &str = "docs/src";
const FOLDER: &str = "docs/src/operating";

/// A block of code.
#[derive(Debug)]
struct Block {
    /// What stands behind the fence, such as `sh`.
    kind: String,
    /// The number of its first line.
    line: usize,
    text: String,
}

/// A chapter.
#[derive(Debug)]
pub(super) struct Chapter {
    /// Its file's name.
    pub(super) file: String,
    /// The same without its end.
    pub(super) name: String,
    blocks: Vec<Block>,
}

/// All of them.
pub(super) fn chapters() -> Vec<Chapter> {
    let mut names: Vec<String> = fs::read_dir(root().join(FOLDER))
        .expect("the chapters")
        .map(|entry| entry.expect("a file").file_name().into_string().expect("UTF-8"))
        .collect();
    names.sort();
    names
        .iter()
        .map(|name| Chapter::of(name, &fs::read_to_string(root().join(FOLDER).join(name)).expect(name)))
        .collect()
}

impl Chapter {
    /// The chapter of that name about operating.
    pub(super) fn called(name: &str) -> Chapter {
        Chapter::at(FOLDER, name)
    }

    /// Any chapter, by its path in the book.
    pub(super) fn in_the_book(path: &str) -> Chapter {
        Chapter::at(BOOK, path)
    }

    fn at(folder: &str, name: &str) -> Chapter {
        let file = format!("{name}.md");
        let text = fs::read_to_string(root().join(folder).join(&file)).expect(&file);
        Chapter::of(&file, &text)
    }

    /// Reads its blocks. A fence may be indented, as in a list.
    pub(super) fn of(file: &str, text: &str) -> Chapter {
        let (mut blocks, mut open): (Vec<Block>, Option<(usize, Block)>) = (Vec::new(), None);
        for (index, line) in text.lines().enumerate() {
            let indent = line.len() - line.trim_start().len();
            let fence = line.trim_start().strip_prefix("```");
            match (&mut open, fence) {
                (None, Some(kind)) => {
                    let block = Block { kind: kind.trim().to_owned(), line: index + 2, text: String::new() };
                    open = Some((indent, block));
                }
                (Some(_), Some("")) => blocks.extend(open.take().map(|(_, block)| block)),
                (Some((indent, block)), _) => {
                    block.text.push_str(line.get(*indent..).unwrap_or_default());
                    block.text.push('\n');
                }
                (None, None) => {}
            }
        }
        assert!(open.is_none(), "{file}: a block is not closed");
        let name = file.trim_end_matches(".md").to_owned();
        Chapter { file: file.to_owned(), name, blocks }
    }

    /// The first lines of the blocks that are not run.
    pub(super) fn not_run(&self) -> impl Iterator<Item = &str> {
        let blocks = self.blocks.iter().filter(|block| block.kind.starts_with("sh,"));
        blocks.map(|block| block.text.lines().next().unwrap_or_default())
    }

    /// Its blocks as one script, in which each line that fails says where it stands in the chapter.
    pub(super) fn script(&self) -> String {
        let blocks = self.blocks.iter().filter(|block| block.kind == "sh");
        blocks.map(|block| format!("at {} {} $LINENO\n{}", self.file, block.line, block.text)).collect()
    }
}
