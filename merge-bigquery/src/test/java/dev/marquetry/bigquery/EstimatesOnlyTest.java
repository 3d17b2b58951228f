/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.bigquery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.cloud.bigquery.BigQuery;
import com.google.cloud.storage.Storage;
import dev.marquetry.CostEstimate;
import dev.marquetry.MergeRequest;
import dev.marquetry.Resource;
import dev.marquetry.StrategyUnavailableException;
import dev.marquetry.bigquery.internal.call.NoCalls;
import dev.marquetry.loopback.LoopbackCloud;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a merge would cost is told without credentials, clients or a call. */
class EstimatesOnlyTest {
    @TempDir
    private Path folder;

    private final BigQueryStrategy strategy = BigQueryStrategy.builder("any-project", "gs://any-bucket")
            .estimatesOnly()
            .build();
    private Pair pair;

    @BeforeEach
    void write() throws IOException {
        pair = new Pair(folder, 5, 4);
    }

    @Test
    void estimate_isThatOfAStrategyWithClients() {
        try (LoopbackCloud cloud = Loopback.start()) {
            CostEstimate served = Loopback.strategy(cloud).build().estimate(pair.request());
            CostEstimate only = strategy.estimate(pair.request());

            assertThat(only.fits()).isTrue();
            assertThat(only.costItems()).isNotEmpty().isEqualTo(served.costItems());
            assertThat(only.amount(Resource.BILLED_BYTES)).isEqualTo(served.amount(Resource.BILLED_BYTES));
            assertThat(only.rows()).isEqualTo(served.rows());
            assertThat(only.columns()).isEqualTo(served.columns());
            assertThat(cloud.calls()).isEmpty();
        }
    }

    @Test
    void mergeAndSweep_areRefusedBeforeAnythingIsDone() {
        assertThatThrownBy(() -> strategy.merge(pair.request()))
                .isInstanceOf(StrategyUnavailableException.class)
                .hasMessageContaining("only estimates");
        assertThatThrownBy(() -> strategy.sweep(Duration.ofDays(1))).isInstanceOf(StrategyUnavailableException.class);
        assertThat(pair.output().getParent()).isEmptyDirectory();
    }

    @Test
    void inputsInTheCloud_areRefusedWithoutACall() {
        MergeRequest request = MergeRequest.onKey("ts")
                .spine(URI.create("gs://any-bucket/targets.parquet"))
                .features(pair.features())
                .writeTo(pair.output());

        assertThat(strategy.estimate(request).fits()).isFalse();
    }

    @Test
    void everyCallOfSuchAClient_throws() {
        assertThatThrownBy(() -> NoCalls.client(BigQuery.class).listDatasets())
                .isInstanceOf(StrategyUnavailableException.class)
                .hasMessageContaining("BigQuery.listDatasets");
        assertThatThrownBy(() -> NoCalls.client(Storage.class).list("bucket"))
                .isInstanceOf(StrategyUnavailableException.class);
    }
}
