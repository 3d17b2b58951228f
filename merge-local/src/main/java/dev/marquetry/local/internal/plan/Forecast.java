/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.plan;

import dev.marquetry.local.internal.limits.Preflight.Need;
import java.time.Duration;
import org.apache.parquet.format.Type;

/**
 * What a merge will take, from footers alone. Which rows match is not known yet, so peaks are those of files that have to
 * be re-arranged, every chunk one page. Formulas: {@code docs/ENGINE.md}.
 */
public final class Forecast {
    private static final long BYTES_PER_SECOND = 400_000_000;
    private static final long START_MILLIS = 300;
    private static final long FOOTER_BYTES_PER_CHUNK = 250;
    private static final long COPY_BUFFER = 1 << 20;
    private static final long FIXED = 4 << 10;

    /** Chunk descriptions, two kinds of page index, and the footer. */
    private static final long SPILLS = 4;

    private final MergePlan plan;
    private final long budget;

    private Forecast(MergePlan plan, long budget) {
        this.plan = plan;
        this.budget = budget;
    }

    /** Returns how many of {@code most} threads can work side by side within {@code budget} bytes; at least one. */
    public static int threads(MergePlan plan, long budget, int most) {
        Forecast forecast = new Forecast(plan, budget);
        int threads = most;
        while (threads > 1 && forecast.peak(threads) > budget) {
            threads--;
        }
        return threads;
    }

    /** Returns what the merge needs with {@code threads} threads within {@code budget} bytes. */
    public static Need need(MergePlan plan, long budget, int threads) {
        return new Forecast(plan, budget).need(threads);
    }

    private Need need(int threads) {
        long chunks = (long) plan.columns().size() * plan.rowGroups();
        long footer = FOOTER_BYTES_PER_CHUNK * chunks + 128L * plan.columns().size();
        long output = plan.carriedBytes() + footer;
        long rowMaps = 4L * plan.rows() * (plan.files().size() - 1);
        long scratch = footer + (rowMaps > storeBytes() ? rowMaps : 0);
        long least = leastBytes();
        long peak = Math.max(least, Math.min(peak(threads), budget));
        Duration elapsed = Duration.ofMillis(START_MILLIS + 1000 * plan.inputBytes() / BYTES_PER_SECOND);
        return new Need(peak, least, peak, scratch, output, elapsed);
    }

    private long storeBytes() {
        return Math.min(16 << 20, budget / 16);
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
        long rows = plan.rows();
        long keyBytes = 0;
        for (int k = 0; k < plan.request().keys().size(); k++) {
            KeyType type = plan.keyTypes(0).get(k);
            keyBytes += type.isLong() ? 8 : type.physical() == Type.BYTE_ARRAY ? 24 : 20;
        }
        long spine = keyBytes * rows + 12 * rows;
        long align = 0;
        long move = COPY_BUFFER;
        int groupRows = 0;
        for (int g = 0; g < plan.rowGroups(); g++) {
            groupRows = Math.max(groupRows, plan.rowGroupRows(g));
        }
        for (InputFile file : plan.files()) {
            long stored = file.sizes().maxCompressed();
            long raw = file.sizes().maxUncompressed();
            align = Math.max(align, (keyBytes + 1) * file.rows() + 8 * rows + keyBytes * 2L * maxGroupRows(file));
            move = Math.max(move, 2 * stored + stored / 6 + 5 * raw + 16L * groupRows);
        }
        long writing = storeBytes()
                + SPILLS * Math.min(8 << 20, budget / 64)
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
