//! Numbers that look random and are the same for the same seed (`SplitMix64`), so that what failed can be seen again.

/// A sequence of numbers.
#[derive(Debug, Clone)]
pub struct Random(u64);

impl Random {
    /// The sequence of this seed.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next number.
    pub fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below this one.
    pub fn below(&mut self, end: u64) -> u64 {
        self.number() % end
    }

    /// True so many times in a hundred.
    pub fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    /// One of several.
    pub fn one_of<T: Copy>(&mut self, several: &[T]) -> T {
        let last = u64::try_from(several.len()).unwrap_or(u64::MAX);
        several[usize::try_from(self.below(last)).unwrap_or_default()]
    }

    /// Fills with bytes that mean nothing.
    pub fn garble(&mut self, bytes: &mut [u8]) {
        for some in bytes.chunks_mut(8) {
            let number = self.number().to_le_bytes();
            some.copy_from_slice(&number[..some.len()]);
        }
    }
}
