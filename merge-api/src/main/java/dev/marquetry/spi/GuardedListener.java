/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.spi;

import dev.marquetry.Progress;
import dev.marquetry.ProgressListener;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Passes progress on to a caller's listener, one event at a time, and logs once what the listener throws. One per merge;
 * thread-safe.
 */
public final class GuardedListener implements ProgressListener {
    private static final Logger LOG = LoggerFactory.getLogger(GuardedListener.class);

    private final ProgressListener listener;
    private final AtomicBoolean complained = new AtomicBoolean();

    /** Guards {@code listener}. */
    public GuardedListener(ProgressListener listener) {
        this.listener = Objects.requireNonNull(listener, "listener");
    }

    @Override
    public synchronized void onProgress(Progress progress) {
        try {
            listener.onProgress(progress);
        } catch (RuntimeException e) {
            if (complained.compareAndSet(false, true)) {
                LOG.warn("Progress listener failed; the merge goes on and will not mention it again", e);
            }
        }
    }
}
