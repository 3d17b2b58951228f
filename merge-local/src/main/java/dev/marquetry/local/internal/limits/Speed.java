/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.limits;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.zip.Deflater;

/**
 * How fast a machine and a disk of it are, by a try that takes less than a tenth of a second.
 *
 * @param slowness how many times longer than the machine of {@code docs/BENCHMARKS.md} it takes to compute something
 * @param diskBytesPerSecond how many bytes per second the disk takes for good
 */
public record Speed(double slowness, double diskBytesPerSecond) {
    /** What is taken for granted where nothing was tried: a machine like ours, a disk that takes 500 MB/s. */
    public static final Speed USUAL = new Speed(1, 500e6);

    private static final int SAMPLE_BYTES = 64 << 10;
    private static final int SAMPLES = 3;

    /** What {@link #deflateNanos} is on the machine of {@code docs/BENCHMARKS.md}. */
    private static final double OUR_DEFLATE_NANOS = 670_000;

    private static final int PIECE = 1 << 20;
    private static final int MOST_PIECES = 8;
    private static final long ENOUGH_NANOS = TimeUnit.MILLISECONDS.toNanos(25);

    /**
     * Tries this machine and the disk of {@code folder}. Writes at most 15 MiB there, until 25 ms have passed, into a file
     * that has no name any more once it is open; where that can not be done, the disk is the usual one.
     */
    public static Speed of(Path folder) {
        return new Speed(Math.max(0.25, deflateNanos() / OUR_DEFLATE_NANOS), disk(folder));
    }

    /** Tries this machine, for an output that goes elsewhere at {@code bytesPerSecond}. */
    public static Speed of(double bytesPerSecond) {
        return new Speed(Math.max(0.25, deflateNanos() / OUR_DEFLATE_NANOS), bytesPerSecond);
    }

    /** The JDK's deflate is native code: it takes no longer in a JVM that has just started. The best of three counts. */
    private static double deflateNanos() {
        byte[] sample = new byte[SAMPLE_BYTES];
        new Random(42).nextBytes(sample);
        for (int i = 0; i < SAMPLE_BYTES; i++) {
            sample[i] &= 15;
        }
        byte[] out = new byte[SAMPLE_BYTES];
        long best = Long.MAX_VALUE;
        Deflater deflater = new Deflater(Deflater.BEST_SPEED);
        try {
            for (int i = 0; i < SAMPLES; i++) {
                long begin = System.nanoTime();
                deflater.reset();
                deflater.setInput(sample);
                deflater.finish();
                while (!deflater.finished()) {
                    deflater.deflate(out);
                }
                best = Math.min(best, System.nanoTime() - begin);
            }
        } finally {
            deflater.end();
        }
        return best;
    }

    private static double disk(Path folder) {
        if (!Files.isWritable(folder)) {
            return USUAL.diskBytesPerSecond;
        }
        Path file = folder.resolve(".marquetry-speed-" + UUID.randomUUID());
        try (FileChannel channel = FileChannel.open(
                file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, StandardOpenOption.DELETE_ON_CLOSE)) {
            ByteBuffer piece = ByteBuffer.allocateDirect(PIECE);
            double best = 0;
            long nanos = 0;
            for (int pieces = 1; pieces <= MOST_PIECES && nanos < ENOUGH_NANOS; pieces *= 2) {
                long begin = System.nanoTime();
                for (int i = 0; i < pieces; i++) {
                    piece.clear();
                    while (piece.hasRemaining()) {
                        channel.write(piece);
                    }
                }
                channel.force(false);
                long took = Math.max(1, System.nanoTime() - begin);
                nanos += took;
                best = Math.max(best, (double) PIECE * pieces * TimeUnit.SECONDS.toNanos(1) / took);
            }
            return best;
        } catch (IOException e) {
            return USUAL.diskBytesPerSecond;
        }
    }
}
