/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.plan;

import dev.marquetry.local.internal.limits.Preflight.Need;
import dev.marquetry.local.internal.limits.Speed;
import java.time.Duration;
import org.apache.parquet.format.CompressionCodec;
import org.apache.parquet.format.Type;
import org.jspecify.annotations.Nullable;

/**
 * What a merge will take: sizes from footers, and what a rehearsal took. Without one, peaks are those of files that have to
 * be re-arranged, every chunk one page. Formulas: {@code docs/ENGINE.md}. Immutable.
 */
public final class Forecast {
    private static final long START_MILLIS = 300;

    /** About what the steps took on the machine of {@code docs/BENCHMARKS.md}; {@link Speed} tells how other machines compare. */
    private static final double NANOS_PER_COPIED_BYTE = 0.25;

    /** To read, place and write one chunk's description and page index, and to seek to it. */
    private static final double NANOS_PER_CHUNK = 7_000;

    private static final double NANOS_PER_KEY = 20;
    private static final double NANOS_PER_SPLICED_BYTE = 0.5;
    private static final double NANOS_PER_GATHERED_BYTE = 0.6;
    private static final long COPY_BUFFER = 512 << 10;
    private static final long FIXED = 4 << 10;

    /** What was rehearsed is a little less than the whole may take: by an eighth. */
    private static final int MARGIN = 8;

    /** Chunk descriptions, two kinds of page index, and the footer. */
    private static final long SPILLS = 4;

    private final MergePlan plan;
    private final long budget;
    private final @Nullable Rehearsed rehearsed;
    private final long aside;

    /** Prepares a forecast of {@code plan} within {@code budget} bytes; {@code rehearsed} is null if nothing was tried. */
    public Forecast(MergePlan plan, long budget, @Nullable Rehearsed rehearsed) {
        this(plan, budget, rehearsed, 0);
    }

    private Forecast(MergePlan plan, long budget, @Nullable Rehearsed rehearsed, long aside) {
        this.aside = aside;
        this.plan = plan;
        this.budget = budget;
        this.rehearsed = rehearsed;
    }

    /** Returns this forecast with {@code bytes} more that the merge holds all along, however many threads there are. */
    public Forecast holding(long bytes) {
        return new Forecast(plan, budget, rehearsed, bytes);
    }

    /** Returns how many of {@code most} threads can work side by side within the budget; at least one. */
    public int threads(int most) {
        int threads = most;
        while (threads > 1 && peak(threads) > budget) {
            threads--;
        }
        return threads;
    }

    /**
     * Returns what the merge needs with {@code threads} threads.
     *
     * @param speed of the machine and its disk
     */
    public Need need(int threads, Speed speed) {
        long footer = plan.descriptionBytes() * plan.rowGroups()
                + 128L * plan.columns().size();
        long output = outputBytes() + footer;
        long rowMaps = (rehearsed == null ? 4L * plan.rows() : rehearsed.packedBytes())
                * (plan.files().size() - 1);
        long scratch = footer + (rowMaps > storeBytes() ? rowMaps : 0);
        long least = leastBytes();
        long peak = Math.max(least, Math.min(peak(threads), budget));
        return new Need(peak, least, peak, scratch, output, elapsed(threads, output, speed));
    }

    private long outputBytes() {
        if (rehearsed == null) {
            return plan.carriedBytes();
        }
        long spine = plan.spine().sizes().totalCompressed();
        double moved = (plan.carriedBytes() - spine) * (1 - rehearsed.copiedShare());
        return plan.carriedBytes() - Math.round(moved * (1 - rehearsed.rowsKept()));
    }

    /** Reading and re-arranging keep the threads busy while the disk writes; whichever takes longer counts. */
    private Duration elapsed(int threads, long output, Speed speed) {
        double nanos = NANOS_PER_COPIED_BYTE * (plan.inputBytes() + output)
                + NANOS_PER_CHUNK * plan.columns().size() * plan.rowGroups();
        if (rehearsed != null) {
            long rows = 0;
            for (InputFile file : plan.files()) {
                rows += file.rows();
            }
            double moved = output * (1 - rehearsed.copiedShare()) * rehearsed.rawRatio();
            double each = NANOS_PER_SPLICED_BYTE
                    + NANOS_PER_GATHERED_BYTE * rehearsed.gatheredShare()
                    + codecNanos(rehearsed.rawRatio());
            nanos += (rows * NANOS_PER_KEY + moved * each) / threads;
        }
        double seconds = Math.max(nanos * speed.slowness() / 1e9, output / speed.diskBytesPerSecond());
        return Duration.ofMillis(START_MILLIS + Math.round(1000 * seconds));
    }

    /** Returns the time to decompress and compress one byte; data that hardly shrinks is copied by most codecs. */
    private double codecNanos(double rawRatio) {
        CompressionCodec codec = plan.codec().orElse(plan.files().get(1).sizes().codec());
        boolean shrinks = rawRatio > 1.1;
        if (codec == null) {
            return 0;
        }
        return switch (codec) {
            case UNCOMPRESSED -> 0;
            case SNAPPY, LZ4, LZ4_RAW, LZO -> shrinks ? 2.5 : 0.1;
            case ZSTD -> shrinks ? 5 : 1.7;
            case GZIP, BROTLI -> 40;
        };
    }

    private long storeBytes() {
        return rehearsed == null ? Math.min(4 << 20, budget / 16) : rehearsed.storeBytes();
    }

    /** Returns what no way of working can do without: the keys of the spine, and of a file that can not have the same. */
    private long leastBytes() {
        long rows = plan.rows();
        long largest = 0;
        for (InputFile file : plan.files().subList(1, plan.files().size())) {
            largest = Math.max(largest, file.rows() == rows ? 0 : file.rows());
        }
        long keys = plan.keyTypes(0).stream()
                .mapToLong(type -> type.isLong() ? 8 : 4)
                .sum();
        return FIXED + keys * (rows + largest);
    }

    private long peak(int threads) {
        return aside + (rehearsed == null ? peakFromFooters(threads) : peak(threads, rehearsed));
    }

    private long peak(int threads, Rehearsed facts) {
        long maps = Math.min(storeBytes(), facts.packedBytes() * (plan.files().size() - 1));
        long align = facts.alignShared() + threads * facts.alignEach();
        long copiers = facts.copiedShare() > 0 || plan.rowGroups() > 1 ? threads : 1; // the spine is copied in each
        long move = facts.moveShared() + threads * facts.moveEach() + copiers * facts.copyBytes();
        long most = maps + Math.max(align, move);
        return FIXED + most + most / MARGIN;
    }

    /** Returns the peak if every file is permuted and every chunk one page. */
    private long peakFromFooters(int threads) {
        long rows = plan.rows();
        long keyBytes = 0;
        for (int k = 0; k < plan.request().keys().size(); k++) {
            KeyType type = plan.keyTypes(0).get(k);
            keyBytes += type.isLong() ? 8 : type.physical() == Type.BYTE_ARRAY ? 24 : 20;
        }
        long spine = keyBytes * rows + 12 * rows;
        long align = 0;
        long move = COPY_BUFFER;
        int groupRows = plan.largestRowGroup();
        for (InputFile file : plan.files()) {
            long stored = file.sizes().maxCompressed();
            long raw = file.sizes().maxUncompressed();
            align = Math.max(align, (keyBytes + 1) * file.rows() + 8 * rows + keyBytes * 2L * maxGroupRows(file));
            move = Math.max(move, 2 * stored + stored / 6 + 5 * raw + 16L * groupRows);
        }
        long writing = storeBytes()
                + SPILLS * Math.min(1 << 20, budget / 64)
                + 12L * plan.columns().size();
        align += 2 * Math.max(4 << 10, Math.min(64 << 10, budget / 256));
        return FIXED + Math.max(spine + threads * align, writing + threads * move);
    }

    private static long maxGroupRows(InputFile file) {
        long most = 0;
        for (int g = 0; g < file.rowGroups(); g++) {
            most = Math.max(most, file.rows(g));
        }
        return most;
    }
}
