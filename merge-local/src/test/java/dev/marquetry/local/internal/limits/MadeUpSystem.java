/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.limits;

import java.io.IOException;
import java.nio.file.Path;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** A system whose figures and clock a test sets. */
final class MadeUpSystem implements SystemProbe, LongSupplier {
    static final long GIB = 1L << 30;

    volatile long rssAnonBytes = GIB;
    long availableBytes = 100 * GIB;
    long ceilingBytes = 128 * GIB;
    volatile long freeDiskBytes = 1000 * GIB;
    volatile long nanos = 5_000_000_000L;
    int samples;

    @Nullable
    RuntimeException failure;

    @Nullable
    IOException diskFailure;

    synchronized void pass(long millis) {
        nanos += millis * 1_000_000;
    }

    @Override
    public Sample sample() {
        samples++;
        if (failure != null) {
            throw failure;
        }
        return new Sample(
                rssAnonBytes,
                0,
                rssAnonBytes,
                "made up",
                availableBytes,
                "made-up memory",
                ceilingBytes,
                "made-up machine");
    }

    @Override
    public long freeDiskBytes(Path folder) throws IOException {
        if (diskFailure != null) {
            throw diskFailure;
        }
        return freeDiskBytes;
    }

    @Override
    public long getAsLong() {
        return nanos;
    }
}
