//! File descriptors: each connection is one, and many systems begin with too few.

/// Descriptors for everything else: the database, the log, files of exports.
const OTHERS: usize = 128;

/// Raises what this process may open as far as the system lets it, and tells for how many connections that is enough.
#[cfg(unix)]
pub fn room(connections: usize) -> usize {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let wanted = u64::try_from(connections + OTHERS).unwrap_or(u64::MAX);
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    // None is without end.
    let Some(present) = current.filter(|present| *present < wanted) else { return connections };
    let raised = Rlimit { current: Some(maximum.map_or(wanted, |most| most.min(wanted))), maximum };
    let open = match setrlimit(Resource::Nofile, raised) {
        Ok(()) => raised.current.unwrap_or(wanted),
        Err(_) => present,
    };
    let room = usize::try_from(open).unwrap_or(usize::MAX).saturating_sub(OTHERS).max(1);
    if room < connections {
        tracing::warn!(room, connections, "fewer connections than usual: raise the limit of open files (ulimit -n)");
    }
    room.min(connections)
}

/// As many as wanted: this system tells of no limit.
#[cfg(not(unix))]
pub fn room(connections: usize) -> usize {
    connections
}
