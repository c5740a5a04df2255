//! The components' bump allocator.
//!
//! An instance lives for one call, so freeing memory would be wasted work. The one exception is the last block,
//! which grows in place, because that is how strings are built. The host limits memory: beyond it, growing fails
//! and the call ends with a trap.

#[cfg(target_arch = "wasm32")]
#[expect(unsafe_code, reason = "a global allocator is an unsafe trait")]
mod bump {
    use core::alloc::{GlobalAlloc, Layout};
    use core::arch::wasm32::{memory_grow, memory_size};
    use core::cell::Cell;
    use core::ptr::{copy_nonoverlapping, null_mut};

    const PAGE: usize = 65536;

    unsafe extern "C" {
        /// Placed by the linker behind all static data.
        static __heap_base: u8;
    }

    struct Bump {
        next: Cell<usize>,
        end: Cell<usize>,
    }

    // SAFETY: a component without the threads proposal runs on one thread.
    unsafe impl Sync for Bump {}

    #[global_allocator]
    static BUMP: Bump = Bump { next: Cell::new(0), end: Cell::new(0) };

    impl Bump {
        fn reserve(&self, upto: usize) -> bool {
            if self.end.get() == 0 {
                self.end.set(memory_size(0) * PAGE);
            }
            if upto > self.end.get() {
                let pages = (upto - self.end.get()).div_ceil(PAGE);
                // Growing is a call to the host: a few pages at once make it rare.
                let (wanted, least) = (pages.max(8), pages);
                let grown = [wanted, least].into_iter().find(|&n| memory_grow(0, n) != usize::MAX);
                match grown {
                    Some(n) => self.end.set(self.end.get() + n * PAGE),
                    None => return false,
                }
            }
            true
        }
    }

    // SAFETY: blocks are handed out once, aligned, disjoint and inside memory that `reserve` made sure of; none is
    // handed out again after `dealloc`.
    unsafe impl GlobalAlloc for Bump {
        unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
            if self.next.get() == 0 {
                self.next.set(&raw const __heap_base as usize);
            }
            let Some(start) = self.next.get().checked_next_multiple_of(layout.align()) else { return null_mut() };
            let Some(end) = start.checked_add(layout.size()) else { return null_mut() };
            if !self.reserve(end) {
                return null_mut();
            }
            self.next.set(end);
            start as *mut u8
        }

        unsafe fn dealloc(&self, _: *mut u8, _: Layout) {}

        unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
            let start = block as usize;
            if start + layout.size() == self.next.get() {
                let Some(end) = start.checked_add(size) else { return null_mut() };
                if !self.reserve(end) {
                    return null_mut();
                }
                self.next.set(end);
                return block;
            }
            if size <= layout.size() {
                return block;
            }
            // SAFETY: the new layout keeps a valid alignment, and the old block is `layout.size()` bytes long.
            unsafe {
                let moved = self.alloc(Layout::from_size_align_unchecked(size, layout.align()));
                if !moved.is_null() {
                    copy_nonoverlapping(block, moved, layout.size());
                }
                moved
            }
        }
    }
}
