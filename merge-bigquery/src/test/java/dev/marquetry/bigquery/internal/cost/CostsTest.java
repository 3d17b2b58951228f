/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.bigquery.internal.cost;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marquetry.CostItem;
import dev.marquetry.bigquery.internal.call.Usage;
import dev.marquetry.bigquery.internal.sql.Group;
import dev.marquetry.bigquery.internal.sql.GroupLimits;
import dev.marquetry.bigquery.internal.sql.GroupSql;
import dev.marquetry.bigquery.internal.sql.Groups;
import dev.marquetry.bigquery.internal.sql.Plans;
import dev.marquetry.local.remote.RemotePlan;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.Test;

class CostsTest {
    private static final Prices PRICES = new Prices(
            LocalDate.of(2026, 11, 21),
            new BigDecimal("6.25"),
            new BigDecimal("0.02"),
            new BigDecimal("0.02"),
            new BigDecimal("0.005"),
            new BigDecimal("0.0004"),
            new BigDecimal("0.12"));
    private static final RemotePlan PAIR = Plans.numbers(100_000, 667, 16_732);

    private static List<Group> groups(RemotePlan plan) {
        return Groups.of(plan, GroupLimits.DEFAULT, new GroupSql("p", "d", "o", true));
    }

    @Test
    void fullSizePair_costsEightCents_againstSeventy() {
        CostComparison comparison = CostComparison.of(PAIR, groups(PAIR), 306, 50, PRICES);
        assertThat(comparison.flatDollars()).isBetween(new BigDecimal("0.075"), new BigDecimal("0.085"));
        assertThat(comparison.iterativeDollars()).isBetween(new BigDecimal("0.68"), new BigDecimal("0.70"));
        assertThat(comparison.flatBytes() / 1e9).isBetween(13.9, 14.2);
        assertThat((double) comparison.iterativeBytes() / comparison.flatBytes())
                .isBetween(8.4, 8.9);
    }

    @Test
    void scan_readsEachColumnOnce_andCountsNoTableAsLessThanTheLeast() {
        RemotePlan small = Plans.numbers(100, 3, 6);
        Group group = groups(small).get(0);
        assertThat(new Scan(small).scannedBytes(group)).isEqualTo(8 * 100 * (6 + 3 + 1));
        assertThat(new Scan(small).billedBytes(group)).isEqualTo(4 * (10L << 20));
        RemotePlan big = Plans.numbers(10_000_000, 1, 1);
        assertThat(new Scan(big).billedBytes(groups(big))).isEqualTo(229L << 20);
    }

    @Test
    void prediction_isItsItems() {
        List<CostItem> items = new Costs(PRICES).predicted(PAIR, groups(PAIR));
        assertThat(items)
                .extracting(CostItem::name)
                .containsExactly("scan", "staging storage", "table storage", "operations", "egress");
        assertThat(items.get(0).dollars()).isBetween(new BigDecimal("0.075"), new BigDecimal("0.085"));
        assertThat(items.get(0).quantity()).contains("GiB in 14 queries");
        assertThat(items.get(4).dollars()).isBetween(new BigDecimal("1.45"), new BigDecimal("1.55"));
        assertThat(CostItem.sum(items)).isBetween(new BigDecimal("1.5"), new BigDecimal("1.7"));
    }

    @Test
    void cost_isWhatWasUsed() {
        Usage usage = new Usage();
        usage.job(1L << 40, 5);
        usage.uploaded(1L << 30);
        usage.downloaded(1L << 30);
        usage.operationsA(2_000);
        usage.operationsB(10_000);
        List<CostItem> items = new Costs(PRICES).actual(usage, 1L << 30, Duration.ofHours(730));
        assertThat(items)
                .extracting(item -> item.dollars().stripTrailingZeros())
                .containsExactly(
                        new BigDecimal("6.25"),
                        new BigDecimal("0.04"),
                        new BigDecimal("0.02"),
                        new BigDecimal("0.014"),
                        new BigDecimal("0.12"));
        assertThat(CostItem.sum(items)).isEqualByComparingTo("6.444");
    }
}
