//! What the system tells of a process's memory.

/// Kibibytes that Linux tells under a name: `VmRSS` now, `VmHWM` at most. Of a process by its number, or of `self`;
/// nothing where the system does not tell (proc(5)).
pub fn kib(process: &str, name: &str) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let told = status.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':')?.strip_suffix("kB"))?;
    told.trim().parse().ok()
}
