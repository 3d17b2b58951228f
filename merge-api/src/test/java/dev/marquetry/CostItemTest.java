/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.Test;

class CostItemTest {
    private static final CostItem SCAN = new CostItem("scan", "13.1 GiB", new BigDecimal("0.08"));
    private static final CostItem EGRESS = new CostItem("egress", "10.0 GiB", new BigDecimal("1.20"));

    @Test
    void costOfAnEstimate_isTheSumOfItsItems() {
        CostEstimate estimate = CostEstimate.by("remote")
                .cost(BigDecimal.TEN)
                .costItem(SCAN)
                .costItem(EGRESS)
                .build();
        assertThat(estimate.cost()).isEqualTo("1.28");
        assertThat(estimate.costItems()).containsExactly(SCAN, EGRESS);
        assertThat(CostEstimate.by("remote").cost(BigDecimal.TEN).build().cost())
                .isEqualTo("10");
    }

    @Test
    void costOfAResult_isTheSumOfItsItems_inItsAttemptToo() {
        MergeResult result = MergeResult.of("remote", URI.create("file:///out"))
                .costItem(SCAN)
                .costItem(EGRESS)
                .build();
        Attempt earlier =
                new Attempt("local", Attempt.Outcome.BREACHED, java.time.Duration.ZERO, BigDecimal.ZERO, "memory");
        MergeResult after = result.after(List.of(earlier));
        assertThat(after.cost()).isEqualTo("1.28");
        assertThat(after.costItems()).containsExactly(SCAN, EGRESS);
        assertThat(after.attempts()).extracting(Attempt::cost).containsExactly(BigDecimal.ZERO, new BigDecimal("1.28"));
        assertThat(SCAN).hasToString("scan 13.1 GiB: $0.08");
    }
}
