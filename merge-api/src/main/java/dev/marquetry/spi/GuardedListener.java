/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.spi;

import dev.marquetry.Progress;
import dev.marquetry.ProgressListener;
import dev.marquetry.ResourceSample;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Passes progress on to a caller's listener, one event at a time, and logs once what the listener throws. One per merge;
 * thread-safe.
 */
public final class GuardedListener implements ProgressListener {
    private static final Logger LOG = LoggerFactory.getLogger(GuardedListener.class);

    private final ProgressListener listener;
    private final ReentrantLock calling = new ReentrantLock();
    private final AtomicBoolean complained = new AtomicBoolean();

    /** Guards {@code listener}. */
    public GuardedListener(ProgressListener listener) {
        this.listener = Objects.requireNonNull(listener, "listener");
    }

    @Override
    public void onProgress(Progress progress) {
        calling.lock();
        try {
            listener.onProgress(progress);
        } catch (RuntimeException e) {
            complain(e);
        } finally {
            calling.unlock();
        }
    }

    /** A sample does not wait for a listener at work: who takes samples also watches the merge. */
    @Override
    public void onSample(ResourceSample sample) {
        if (calling.tryLock()) {
            try {
                listener.onSample(sample);
            } catch (RuntimeException e) {
                complain(e);
            } finally {
                calling.unlock();
            }
        }
    }

    private void complain(RuntimeException e) {
        if (complained.compareAndSet(false, true)) {
            LOG.warn("Progress listener failed; the merge goes on and will not mention it again", e);
        }
    }
}
