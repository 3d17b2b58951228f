/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.cloudrun.internal.cost;

import dev.marquetry.CostItem;
import dev.marquetry.MemorySize;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.List;

/** Turns what a merge in Cloud Run uses into dollars. Immutable and thread-safe. */
public final class Costs {
    /** What Cloud Run bills for a task at least: one minute. */
    public static final Duration LEAST_TASK = Duration.ofMinutes(1);

    /** How many bytes one operation of the worker reads or writes about: {@value}. */
    private static final long OPERATION_BYTES = 8L << 20;

    /** How many operations an input takes before its columns are read: looking for it, its footer, its keys. */
    private static final long OPERATIONS_PER_FILE = 4;

    private static final int DECIMALS = 6;
    private static final BigDecimal BYTES_PER_GIB = BigDecimal.valueOf(1L << 30);
    private static final BigDecimal SECONDS_PER_MONTH =
            BigDecimal.valueOf(Duration.ofDays(30).toSeconds());

    private final Prices prices;

    /** Creates it with prices. */
    public Costs(Prices prices) {
        this.prices = prices;
    }

    /**
     * What a merge uses.
     *
     * @param milliCpus the container's processors, in thousandths
     * @param memoryBytes the container's memory
     * @param task how long its task runs; zero if none did
     * @param stagedBytes what lies in the staging area
     * @param staged for how long
     * @param files how many inputs are read
     * @param inputBytes their size
     * @param outputBytes the size of the output
     * @param calls how many operations this machine makes beside sending and fetching
     * @param fetchedBytes what leaves the region
     */
    public record Use(
            long milliCpus,
            long memoryBytes,
            Duration task,
            long stagedBytes,
            Duration staged,
            int files,
            long inputBytes,
            long outputBytes,
            long calls,
            long fetchedBytes) {}

    /** Returns what {@code use} costs, by item. */
    public List<CostItem> of(Use use) {
        Duration billed = use.task.isZero() || use.task.compareTo(LEAST_TASK) >= 0 ? use.task : LEAST_TASK;
        BigDecimal seconds = BigDecimal.valueOf(billed.toMillis()).movePointLeft(3);
        BigDecimal vcpuSeconds =
                seconds.multiply(BigDecimal.valueOf(use.milliCpus).movePointLeft(3));
        BigDecimal byteSeconds = seconds.multiply(BigDecimal.valueOf(use.memoryBytes));
        long writes = (use.stagedBytes + use.outputBytes) / OPERATION_BYTES + use.files + use.calls;
        long reads = use.inputBytes / OPERATION_BYTES + use.files * OPERATIONS_PER_FILE + use.calls;
        return List.of(
                new CostItem(
                        "processors",
                        vcpuSeconds.setScale(0, RoundingMode.HALF_UP) + " vCPU-s",
                        dollars(vcpuSeconds.multiply(prices.perVcpuSecond()), BigDecimal.ONE)),
                new CostItem(
                        "memory",
                        byteSeconds.divide(BYTES_PER_GIB, 0, RoundingMode.HALF_UP) + " GiB-s",
                        dollars(byteSeconds.multiply(prices.perGibSecond()), BYTES_PER_GIB)),
                new CostItem(
                        "staging storage",
                        MemorySize.bytes(use.stagedBytes) + " for " + minutes(use.staged),
                        dollars(
                                BigDecimal.valueOf(use.stagedBytes)
                                        .multiply(BigDecimal.valueOf(use.staged.toSeconds()))
                                        .multiply(prices.objectStoragePerGibMonth()),
                                BYTES_PER_GIB.multiply(SECONDS_PER_MONTH))),
                new CostItem(
                        "operations",
                        "about " + writes + " writes and lists, " + reads + " reads",
                        dollars(
                                BigDecimal.valueOf(writes)
                                        .multiply(prices.writesPerThousand())
                                        .add(BigDecimal.valueOf(reads).multiply(prices.readsPerThousand())),
                                BigDecimal.valueOf(1_000))),
                new CostItem(
                        "egress",
                        MemorySize.bytes(use.fetchedBytes).toString(),
                        dollars(BigDecimal.valueOf(use.fetchedBytes).multiply(prices.egressPerGib()), BYTES_PER_GIB)));
    }

    private static String minutes(Duration time) {
        return time.toSeconds() < 120 ? time.toSeconds() + " s" : time.toMinutes() + " min";
    }

    private static BigDecimal dollars(BigDecimal amount, BigDecimal per) {
        return amount.divide(per, DECIMALS, RoundingMode.HALF_UP);
    }
}
