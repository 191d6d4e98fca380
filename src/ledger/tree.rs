//! A Merkle tree over the lines, as in RFC 6962 §2.1 and RFC 9162 §2.1: one root commits to all, a short path shows one. Pure.

use sha2::{Digest, Sha256};

use super::rules::Hash;

/// A subtree over 2^height lines, the last of which stands at the place `end`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Node {
    /// 0 for a single line.
    pub height: u32,
    /// Place of its last line, from 1: a multiple of 2^height.
    pub end: u64,
}

/// The root of no lines: SHA-256 of nothing.
#[must_use]
pub fn empty() -> Hash {
    Sha256::digest([]).into()
}

/// The hash of a line's content.
#[must_use]
pub fn leaf(content: &[u8]) -> Hash {
    Sha256::new().chain_update([0]).chain_update(content).finalize().into()
}

/// The hash over two subtrees.
#[must_use]
pub fn parent(left: &Hash, right: &Hash) -> Hash {
    Sha256::new().chain_update([1]).chain_update(left).chain_update(right).finalize().into()
}

/// The nodes that the line at this place completes, its own leaf first: one, and half of the time more.
///
/// # Errors
/// What `node`, which knows the nodes of earlier lines, answers.
pub fn completed<E>(place: u64, content: &[u8], mut node: impl FnMut(Node) -> Result<Hash, E>) -> Result<Vec<Hash>, E> {
    let mut last = leaf(content);
    let mut nodes = vec![last];
    for height in 0..place.trailing_zeros() {
        last = parent(&node(Node { height, end: place - (1 << height) })?, &last);
        nodes.push(last);
    }
    Ok(nodes)
}

/// The root over the first lines.
///
/// # Errors
/// What `node` answers.
pub fn root<E>(size: u64, mut node: impl FnMut(Node) -> Result<Hash, E>) -> Result<Hash, E> {
    if size == 0 { Ok(empty()) } else { over(0, size, &mut node) }
}

/// What is hashed with the line at a place (from 1, at most `size`) on the way up to the root over `size` lines.
///
/// # Errors
/// What `node` answers.
pub fn inclusion<E>(place: u64, size: u64, mut node: impl FnMut(Node) -> Result<Hash, E>) -> Result<Vec<Hash>, E> {
    let (mut after, mut to, mut path) = (0, size, Vec::new());
    while to - after > 1 {
        let middle = after + split(to - after);
        if place <= middle {
            path.push(over(middle, to, &mut node)?);
            to = middle;
        } else {
            path.push(over(after, middle, &mut node)?);
            after = middle;
        }
    }
    path.reverse();
    Ok(path)
}

/// What shows that the tree over `first` lines (from 1, at most `second`) is the beginning of that over `second`.
///
/// # Errors
/// What `node` answers.
pub fn consistency<E>(first: u64, second: u64, mut node: impl FnMut(Node) -> Result<Hash, E>) -> Result<Vec<Hash>, E> {
    let (mut after, mut to, mut path) = (0, second, Vec::new());
    while to != first {
        let middle = after + split(to - after);
        if first <= middle {
            path.push(over(middle, to, &mut node)?);
            to = middle;
        } else {
            path.push(over(after, middle, &mut node)?);
            after = middle;
        }
    }
    // Whoever checks knows the first root already, when it stands in the second tree as a whole.
    if after > 0 {
        path.push(over(after, to, &mut node)?);
    }
    path.reverse();
    Ok(path)
}

/// True when the path leads from the leaf at a place, from 1, to the root over `size` lines (RFC 9162, 2.1.3.2).
#[must_use]
pub fn includes(root: &Hash, size: u64, place: u64, leaf: Hash, path: &[Hash]) -> bool {
    if place == 0 || place > size {
        return false;
    }
    let mut way = Way { first: place - 1, second: size - 1 };
    let mut found = leaf;
    for step in path {
        match way.up() {
            Some(Side::Left) => found = parent(step, &found),
            Some(Side::Right) => found = parent(&found, step),
            None => return false,
        }
    }
    way.second == 0 && found == *root
}

/// True when the path shows that the tree with the second root begins with that of the first (RFC 9162, 2.1.4.2).
#[must_use]
pub fn extends(first: (u64, &Hash), second: (u64, &Hash), path: &[Hash]) -> bool {
    let ((old_size, old_root), (new_size, new_root)) = (first, second);
    if old_size == 0 || old_size >= new_size {
        return old_size > 0 && first == second && path.is_empty();
    }
    let mut steps = path.iter();
    let start = if old_size.is_power_of_two() { Some(old_root) } else { steps.next() };
    let (Some(start), false) = (start, path.is_empty()) else { return false };
    let mut way = Way { first: old_size - 1, second: new_size - 1 };
    while way.first & 1 == 1 {
        way.shift();
    }
    let (mut old, mut new) = (*start, *start);
    for step in steps {
        match way.up() {
            Some(Side::Left) => (old, new) = (parent(step, &old), parent(step, &new)),
            Some(Side::Right) => new = parent(&new, step),
            None => return false,
        }
    }
    way.second == 0 && old == *old_root && new == *new_root
}

/// On which side of a node the next one of a path stands.
enum Side {
    Left,
    Right,
}

/// Where a check stands: the index of a node, and of the last one, in one row of the tree.
struct Way {
    first: u64,
    second: u64,
}

impl Way {
    /// One step up, beyond the rows in which the node is the last and has no neighbour; none at the root.
    fn up(&mut self) -> Option<Side> {
        if self.second == 0 {
            return None;
        }
        let left = self.first & 1 == 1 || self.first == self.second;
        while left && self.first & 1 == 0 && self.first != 0 {
            self.shift();
        }
        self.shift();
        Some(if left { Side::Left } else { Side::Right })
    }

    fn shift(&mut self) {
        self.first >>= 1;
        self.second >>= 1;
    }
}

/// The tree as the lines walked so far keep it: the last node of each height, and the place at which it ends.
#[derive(Debug, Default)]
pub struct Regrown {
    size: u64,
    nodes: Vec<(u64, Hash)>,
}

impl Regrown {
    /// Takes in the nodes that a line keeps; false when they do not follow from its content and from those before it.
    /// Like the chain, it goes on from what stands there, so that one wrong node is told once.
    pub fn grows(&mut self, place: u64, content: &[u8], kept: &[u8]) -> bool {
        let right = completed(place, content, |node| self.node(node).ok_or(()));
        let (kept, rest) = kept.as_chunks::<32>();
        for (height, hash) in kept.iter().enumerate() {
            match self.nodes.get_mut(height) {
                Some(node) => *node = (place, *hash),
                None => self.nodes.push((place, *hash)),
            }
        }
        self.size = place;
        // Where a line before is missing, which is told by itself, what should follow from it cannot be known.
        rest.is_empty() && right.map_or(!kept.is_empty(), |right| right == kept)
    }

    /// The root over the lines up to the last; none when a node on the way to it is not there.
    #[must_use]
    pub fn root(&self) -> Option<Hash> {
        root(self.size, |node| self.node(node).ok_or(())).ok()
    }

    fn node(&self, node: Node) -> Option<Hash> {
        let height = usize::try_from(node.height).ok()?;
        self.nodes.get(height).filter(|(end, _)| *end == node.end).map(|(_, hash)| *hash)
    }
}

/// Root over the lines after one place and up to another. The first of them stands at a multiple of the largest
/// power of two that is not above their number, so that each part of them is a [`Node`].
fn over<E>(after: u64, to: u64, node: &mut impl FnMut(Node) -> Result<Hash, E>) -> Result<Hash, E> {
    let size = to - after;
    if size.is_power_of_two() {
        return node(Node { height: size.trailing_zeros(), end: to });
    }
    let middle = after + split(size);
    let left = over(after, middle, node)?;
    Ok(parent(&left, &over(middle, to, node)?))
}

/// The largest power of two below a size of two or more.
fn split(size: u64) -> u64 {
    1 << (u64::BITS - 1 - (size - 1).leading_zeros())
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;
    use std::convert::Infallible;

    use proptest::prelude::*;

    use super::*;
    use crate::ledger::rules::hex;

    /// MTH of RFC 6962 §2.1, word for word.
    fn naive(lines: &[Vec<u8>]) -> Hash {
        match lines {
            [] => empty(),
            [only] => leaf(only),
            _ => {
                let k = half(lines.len());
                parent(&naive(&lines[..k]), &naive(&lines[k..]))
            }
        }
    }

    /// PATH of RFC 6962 §2.1.1; `m` counts from 0.
    fn naive_path(m: usize, lines: &[Vec<u8>]) -> Vec<Hash> {
        if lines.len() <= 1 {
            return Vec::new();
        }
        let k = half(lines.len());
        if m < k {
            [naive_path(m, &lines[..k]), vec![naive(&lines[k..])]].concat()
        } else {
            [naive_path(m - k, &lines[k..]), vec![naive(&lines[..k])]].concat()
        }
    }

    /// SUBPROOF of RFC 6962 §2.1.2.
    fn naive_proof(m: usize, lines: &[Vec<u8>], whole: bool) -> Vec<Hash> {
        if m == lines.len() {
            return if whole { Vec::new() } else { vec![naive(lines)] };
        }
        let k = half(lines.len());
        if m <= k {
            [naive_proof(m, &lines[..k], whole), vec![naive(&lines[k..])]].concat()
        } else {
            [naive_proof(m - k, &lines[k..], false), vec![naive(&lines[..k])]].concat()
        }
    }

    fn half(size: usize) -> usize {
        (1..size).filter(|k| k.is_power_of_two()).max().unwrap()
    }

    /// The nodes as appending keeps them.
    struct Kept(HashMap<Node, Hash>);

    impl Kept {
        fn of(lines: &[Vec<u8>]) -> Self {
            let mut nodes = HashMap::new();
            for (place, content) in (1..).zip(lines) {
                let found = completed(place, content, |node| Ok::<_, Infallible>(nodes[&node])).unwrap();
                nodes.extend((0..).zip(found).map(|(height, hash)| (Node { height, end: place }, hash)));
            }
            Self(nodes)
        }

        fn node(&self) -> impl FnMut(Node) -> Result<Hash, Infallible> {
            |node| Ok(self.0[&node])
        }
    }

    /// The lines of the reference vectors of RFC 6962 (certificate-transparency, `merkletree`).
    fn vectors() -> Vec<Vec<u8>> {
        let lines: [&[u8]; 8] = [
            &[],
            &[0x00],
            &[0x10],
            &[0x20, 0x21],
            &[0x30, 0x31],
            &[0x40, 0x41, 0x42, 0x43],
            &[0x50, 0x51, 0x52, 0x53, 0x54, 0x55, 0x56, 0x57],
            &[0x60, 0x61, 0x62, 0x63, 0x64, 0x65, 0x66, 0x67, 0x68, 0x69, 0x6a, 0x6b, 0x6c, 0x6d, 0x6e, 0x6f],
        ];
        lines.map(<[u8]>::to_vec).to_vec()
    }

    const ROOTS: [&str; 9] = [
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ];

    fn hexes(path: &[Hash]) -> Vec<String> {
        path.iter().map(|hash| hex(hash)).collect()
    }

    #[test]
    fn roots_are_those_of_the_reference_vectors() {
        let lines = vectors();
        let kept = Kept::of(&lines);
        for (size, expected) in ROOTS.iter().enumerate() {
            assert_eq!(hex(&naive(&lines[..size])), *expected, "{size}");
            assert_eq!(hex(&root(size as u64, kept.node()).unwrap()), *expected, "{size}");
        }
    }

    #[test]
    fn paths_are_those_of_the_reference_vectors() {
        let kept = Kept::of(&vectors());
        let path = |place, size| hexes(&inclusion(place, size, kept.node()).unwrap());
        assert_eq!(path(1, 1), [] as [&str; 0]);
        assert_eq!(
            path(1, 8),
            [
                "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
            ]
        );
        assert_eq!(
            path(6, 8),
            [
                "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
                "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            ]
        );
        assert_eq!(path(3, 3), ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"]);
        assert_eq!(
            path(2, 5),
            [
                "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            ]
        );
    }

    #[test]
    fn consistency_is_that_of_the_reference_vectors() {
        let kept = Kept::of(&vectors());
        let path = |first, second| hexes(&consistency(first, second, kept.node()).unwrap());
        assert_eq!(path(1, 1), [] as [&str; 0]);
        assert_eq!(
            path(1, 8),
            [
                "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
            ]
        );
        assert_eq!(
            path(6, 8),
            [
                "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
                "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            ]
        );
        assert_eq!(
            path(2, 5),
            [
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            ]
        );
    }

    #[test]
    fn a_path_longer_than_the_tree_is_high_proves_nothing() {
        let lines = vectors();
        let kept = Kept::of(&lines);
        let (root, path) = (naive(&lines[..4]), inclusion(4, 4, kept.node()).unwrap());
        assert!(includes(&root, 4, 4, leaf(&lines[3]), &path));
        for size in [1, 2] {
            assert!(!includes(&root, size, size, leaf(&lines[3]), &path), "the last of {size}");
        }
    }

    #[test]
    fn no_tree_begins_with_one_of_no_lines() {
        let lines = vectors();
        assert!(!extends((0, &empty()), (0, &empty()), &[]));
        assert!(!extends((0, &empty()), (1, &naive(&lines[..1])), &[]));
    }

    /// Lines of any content, and how many of them are a second and a first tree.
    fn trees() -> impl Strategy<Value = (Vec<Vec<u8>>, usize, usize)> {
        prop::collection::vec(prop::collection::vec(any::<u8>(), 0..6), 1..80)
            .prop_flat_map(|lines| (Just(lines.clone()), 1..=lines.len()))
            .prop_flat_map(|(lines, second)| (Just(lines), Just(second), 1..=second))
    }

    proptest! {
        #[test]
        fn kept_nodes_give_what_the_naive_definition_gives((lines, second, first) in trees()) {
            let kept = Kept::of(&lines);
            let (new, old) = (&lines[..second], &lines[..first]);
            let (size, place) = (second as u64, first as u64);
            let new_root = root(size, kept.node()).unwrap();
            prop_assert_eq!(new_root, naive(new));
            let path = inclusion(place, size, kept.node()).unwrap();
            prop_assert_eq!(&path, &naive_path(first - 1, new));
            prop_assert!(includes(&new_root, size, place, leaf(&lines[first - 1]), &path));
            let proof = consistency(place, size, kept.node()).unwrap();
            prop_assert_eq!(&proof, &naive_proof(first, new, true));
            prop_assert!(extends((place, &naive(old)), (size, &new_root), &proof));
        }

        #[test]
        fn no_changed_path_place_size_or_root_is_believed(
            (lines, second, first) in trees(), at in any::<prop::sample::Index>(), bit in 0_usize..256,
        ) {
            let kept = Kept::of(&lines);
            let (size, place) = (second as u64, first as u64);
            let (new_root, old_root) = (root(size, kept.node()).unwrap(), root(place, kept.node()).unwrap());
            let flipped = |hash: &Hash| { let mut hash = *hash; hash[bit / 8] ^= 1 << (bit % 8); hash };
            let leaf = leaf(&lines[first - 1]);
            let path = inclusion(place, size, kept.node()).unwrap();
            let proof = consistency(place, size, kept.node()).unwrap();
            prop_assert!(!includes(&flipped(&new_root), size, place, leaf, &path));
            prop_assert!(!includes(&new_root, size, place, flipped(&leaf), &path));
            prop_assert!(!includes(&new_root, size, place, leaf, &[path.clone(), vec![leaf]].concat()));
            prop_assert!(!includes(&new_root, size, 0, leaf, &path));
            prop_assert!(!includes(&new_root, size, size + 1, leaf, &path));
            prop_assert!(!extends((place, &flipped(&old_root)), (size, &new_root), &proof));
            prop_assert!(!extends((place, &old_root), (size, &flipped(&new_root)), &proof));
            prop_assert!(!extends((place, &old_root), (size, &new_root), &[proof.clone(), vec![leaf]].concat()));
            prop_assert!(!extends((0, &empty()), (size, &new_root), &proof));
            if place < size {
                prop_assert!(!extends((size, &new_root), (place, &old_root), &proof));
            }
            for (path, believed) in [
                (&path, Box::new(|path: &[Hash]| includes(&new_root, size, place, leaf, path)) as Box<dyn Fn(&[Hash]) -> bool>),
                (&proof, Box::new(|path: &[Hash]| extends((place, &old_root), (size, &new_root), path))),
            ] {
                if !path.is_empty() {
                    let mut changed = path.clone();
                    let one = at.index(path.len());
                    changed[one] = flipped(&changed[one]);
                    prop_assert!(!believed(&changed));
                    prop_assert!(!believed(&path[1..]));
                    prop_assert!(!believed(&path[..path.len() - 1]));
                }
            }
        }
    }

    #[test]
    fn what_a_line_keeps_follows_from_it_and_from_the_lines_before() {
        let lines = vectors();
        let nodes = Kept::of(&lines);
        let kept: Vec<Vec<u8>> = (1..)
            .zip(&lines)
            .map(|(place, content)| completed(place, content, nodes.node()).unwrap().concat())
            .collect();
        let grown = |upto: usize| {
            let mut tree = Regrown::default();
            for ((place, content), kept) in (1..).zip(&lines).zip(&kept).take(upto) {
                assert!(tree.grows(place, content, kept), "{place}");
            }
            tree
        };
        for size in 1..=lines.len() {
            assert_eq!(grown(size).root(), Some(naive(&lines[..size])), "{size}");
        }
        let other = {
            let mut other = kept[3].clone();
            other[40] ^= 1;
            other
        };
        for wrong in [&[][..], &kept[3][..32], &[&kept[3][..], &[0]].concat(), &other] {
            assert!(!grown(3).grows(4, &lines[3], wrong), "{}", wrong.len());
        }
    }

    #[test]
    fn where_a_line_is_missing_nothing_is_held_against_the_next_and_no_root_is_known() {
        let lines = vectors();
        let nodes = Kept::of(&lines);
        let kept = completed(4, &lines[3], nodes.node()).unwrap().concat();
        let grows = |kept: &[u8]| Regrown::default().grows(4, &lines[3], kept);
        assert_eq!([&kept[..], &[]].map(grows), [true, false]);
        let third = completed(3, &lines[2], nodes.node()).unwrap().concat();
        let mut tree = Regrown::default();
        assert!(tree.grows(3, &lines[2], &third));
        assert_eq!(tree.root(), None);
    }
}
