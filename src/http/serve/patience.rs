//! What slow clients get: so many seconds to send a body, so many to take an answer, and no more.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::BoxError;
use axum::body::Bytes;
use hyper::body::{Body, Frame, Incoming, SizeHint};
use hyper::rt::{Read, ReadBufCursor, Write};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::time::{Sleep, sleep};

use super::crowd::Seat;
use crate::http::limits::{WRITE_SECONDS_MAX, body_seconds};

/// A body that must have come whole by its deadline, so that nobody holds a connection byte by byte.
pub struct TimedBody {
    body: Incoming,
    deadline: Pin<Box<Sleep>>,
    seat: Arc<Seat>,
}

impl TimedBody {
    /// Starts the time of a body.
    pub fn new(body: Incoming, seat: Arc<Seat>) -> Self {
        if body.is_end_stream() {
            seat.serves();
        }
        let seconds = body_seconds(body.size_hint().exact().unwrap_or(0));
        let deadline = Box::pin(sleep(Duration::from_secs(seconds)));
        Self { body, deadline, seat }
    }
}

impl Body for TimedBody {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        if self.deadline.as_mut().poll(context).is_ready() {
            return Poll::Ready(Some(Err("the body took too long".into())));
        }
        let frame = Pin::new(&mut self.body).poll_frame(context).map_err(BoxError::from);
        if matches!(frame, Poll::Ready(None)) {
            self.seat.serves();
        }
        frame
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// A stream whose client may leave an answer untouched for so long, and no longer.
pub struct PatientStream {
    stream: TokioIo<TcpStream>,
    /// Runs while a write waits for the client.
    deadline: Option<Pin<Box<Sleep>>>,
    seat: Arc<Seat>,
}

impl PatientStream {
    /// A stream just accepted.
    pub fn new(stream: TcpStream, seat: Arc<Seat>) -> Self {
        // Answers are written whole: waiting to fill a packet would only delay them.
        let _unset = stream.set_nodelay(true);
        Self { stream: TokioIo::new(stream), deadline: None, seat }
    }

    /// Lets progress pass and stops the time; without progress, fails once the time is over.
    fn judge<T>(&mut self, context: &mut Context<'_>, progress: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if progress.is_ready() {
            self.deadline = None;
            return progress;
        }
        let start = || Box::pin(sleep(Duration::from_secs(WRITE_SECONDS_MAX)));
        let deadline = self.deadline.get_or_insert_with(start);
        deadline.as_mut().poll(context).map(|()| Err(io::ErrorKind::TimedOut.into()))
    }
}

impl PatientStream {
    /// Judges a write. What was written is the client's to take.
    fn written(&mut self, context: &mut Context<'_>, progress: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        if progress.is_ready() {
            self.seat.waits();
        }
        self.judge(context, progress)
    }
}

impl Read for PatientStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl Write for PatientStream {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let progress = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.written(context, progress)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let progress = Pin::new(&mut self.stream).poll_flush(context);
        self.judge(context, progress)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let progress = Pin::new(&mut self.stream).poll_shutdown(context);
        self.judge(context, progress)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let progress = Pin::new(&mut self.stream).poll_write_vectored(context, slices);
        self.written(context, progress)
    }
}
