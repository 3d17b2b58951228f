/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.bigquery.internal.cost;

import dev.marquetry.CostItem;
import dev.marquetry.MemorySize;
import dev.marquetry.bigquery.internal.call.Usage;
import dev.marquetry.bigquery.internal.sql.Group;
import dev.marquetry.bigquery.internal.sql.LogicalBytes;
import dev.marquetry.local.remote.RemoteFile;
import dev.marquetry.local.remote.RemotePlan;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.List;

/** Puts prices to what a merge will use and has used. Immutable and thread-safe. */
public final class Costs {
    /** How long staged files and tables are taken to stand before they are deleted: an hour. */
    public static final Duration ASSUMED_STAGING = Duration.ofHours(1);

    private static final int DECIMALS = 6;
    private static final BigDecimal BYTES_PER_GIB = BigDecimal.valueOf(1L << 30);
    private static final BigDecimal BYTES_PER_TIB = BigDecimal.valueOf(1L << 40);
    private static final BigDecimal SECONDS_PER_MONTH =
            BigDecimal.valueOf(Duration.ofHours(730).toSeconds());

    /** BigQuery splits what it exports at about a gigabyte. */
    private static final long SHARD_BYTES = 1_000_000_000;

    private final Prices prices;

    /** Creates it with the prices to use. */
    public Costs(Prices prices) {
        this.prices = prices;
    }

    /**
     * Returns what a merge will cost, by item. Values that come back are taken to have the size that BigQuery counts,
     * which compression makes smaller.
     */
    public List<CostItem> predicted(RemotePlan plan, List<Group> groups) {
        long staged = 0;
        long tables = tableBytes(plan);
        long writes = 1;
        long reads = 1;
        for (RemoteFile file : plan.features()) {
            staged += file.bytes();
            writes++;
            reads++;
        }
        long exported = 0;
        for (Group group : groups) {
            long bytes = group.logicalBytes() + LogicalBytes.NUMBER * plan.rows();
            long shards = bytes / SHARD_BYTES + 1;
            exported += bytes;
            writes += shards + 1;
            reads += shards;
        }
        return List.of(
                scan(new Scan(plan).billedBytes(groups), groups.size()),
                storage("staging storage", staged + exported, ASSUMED_STAGING, prices.objectStoragePerGibMonth()),
                storage("table storage", tables, ASSUMED_STAGING, prices.tableStoragePerGibMonth()),
                operations(writes, reads),
                egress("at most ", exported));
    }

    /**
     * Returns what a merge has cost, by item.
     *
     * @param usage what it used
     * @param tableBytes the bytes of its tables as BigQuery counts them: {@link #tableBytes}
     * @param staging how long tables and staged files stood
     */
    public List<CostItem> actual(Usage usage, long tableBytes, Duration staging) {
        return List.of(
                scan(usage.billedBytes(), -1),
                storage(
                        "staging storage",
                        usage.uploadedBytes() + usage.downloadedBytes(),
                        staging,
                        prices.objectStoragePerGibMonth()),
                storage("table storage", tableBytes, staging, prices.tableStoragePerGibMonth()),
                operations(usage.operationsA(), usage.operationsB()),
                egress("", usage.downloadedBytes()));
    }

    /** Returns the bytes of a merge's tables as BigQuery counts them. */
    public static long tableBytes(RemotePlan plan) {
        long bytes = LogicalBytes.NUMBER * plan.rows() * (plan.hasKey() ? 2 : 1);
        for (RemoteFile file : plan.features()) {
            bytes += LogicalBytes.of(file);
        }
        return bytes;
    }

    /** Returns what it costs to scan {@code bytes}, in US dollars. */
    public BigDecimal scanDollars(long bytes) {
        return dollars(BigDecimal.valueOf(bytes).multiply(prices.scanPerTib()), BYTES_PER_TIB);
    }

    private CostItem scan(long bytes, int queries) {
        String quantity = MemorySize.bytes(bytes) + (queries < 0 ? "" : " in " + queries + " queries");
        return new CostItem("scan", quantity, scanDollars(bytes));
    }

    private static CostItem storage(String name, long bytes, Duration time, BigDecimal perGibMonth) {
        BigDecimal byteSeconds = BigDecimal.valueOf(bytes)
                .multiply(BigDecimal.valueOf(time.toMillis()))
                .movePointLeft(3);
        return new CostItem(
                name,
                MemorySize.bytes(bytes) + " for " + minutes(time),
                dollars(byteSeconds.multiply(perGibMonth), BYTES_PER_GIB.multiply(SECONDS_PER_MONTH)));
    }

    private static String minutes(Duration time) {
        return time.toSeconds() < 120 ? time.toSeconds() + " s" : time.toMinutes() + " min";
    }

    private CostItem operations(long writes, long reads) {
        BigDecimal dollars = BigDecimal.valueOf(writes)
                .multiply(prices.writesPerThousand())
                .add(BigDecimal.valueOf(reads).multiply(prices.readsPerThousand()));
        return new CostItem(
                "operations",
                writes + " writes and lists, " + reads + " reads",
                dollars(dollars, BigDecimal.valueOf(1_000)));
    }

    private CostItem egress(String about, long bytes) {
        return new CostItem(
                "egress",
                about + MemorySize.bytes(bytes),
                dollars(BigDecimal.valueOf(bytes).multiply(prices.egressPerGib()), BYTES_PER_GIB));
    }

    private static BigDecimal dollars(BigDecimal amount, BigDecimal per) {
        return amount.divide(per, DECIMALS, RoundingMode.HALF_UP);
    }
}
