/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.cloudrun;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.cloud.storage.BlobId;
import com.google.cloud.storage.BlobInfo;
import dev.marquetry.CostEstimate;
import dev.marquetry.InvalidInputException;
import dev.marquetry.MergeRequest;
import dev.marquetry.MergeResult;
import dev.marquetry.Progress;
import dev.marquetry.loopback.ApiCall;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class CloudRunStrategyTest {
    private static Clouds clouds;

    @TempDir
    Path folder;

    private Pair pair;

    @BeforeAll
    static void start() throws IOException {
        clouds = Clouds.warm();
        clouds.objects().bucket("data");
    }

    @AfterAll
    static void stop() {
        clouds.close();
    }

    @BeforeEach
    void write() throws IOException {
        pair = new Pair(folder, 3, 4);
    }

    private static URI put(Path file) {
        try {
            clouds.storage()
                    .create(
                            BlobInfo.newBuilder("data", "in/" + file.getFileName())
                                    .build(),
                            Files.readAllBytes(file));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        return URI.create("gs://data/in/" + file.getFileName());
    }

    @Test
    void inputsAndOutputInTheCloud_neverComeHere() throws IOException {
        URI output = URI.create("gs://data/out/wide.parquet");
        MergeRequest request = MergeRequest.onKey("ts")
                .spine(put(pair.spine()))
                .featureUris(
                        pair.features().stream().map(CloudRunStrategyTest::put).toList())
                .writeTo(output);
        CostEstimate estimate = clouds.strategy().build().estimate(request);
        int before = clouds.objects().calls(ApiCall.UPLOAD_START).size();
        MergeResult result = clouds.strategy().build().merge(request);

        assertThat(estimate.fits()).as(estimate.checks().toString()).isTrue();
        assertThat(estimate.rows()).isEqualTo(result.rows());
        assertThat(result.output()).isEqualTo(output);
        assertThat(clouds.objects().calls(ApiCall.UPLOAD_START).size() - before)
                .as("uploads: the output alone")
                .isEqualTo(1);
        assertThat(clouds.objects().objects())
                .contains("gs://data/out/wide.parquet")
                .noneMatch(object -> object.startsWith("gs://staging"));
        assertThat(result.costItems())
                .filteredOn(item -> item.name().equals("egress"))
                .allSatisfy(item -> assertThat(item.dollars()).isZero());
        Files.write(pair.output(), clouds.storage().readAllBytes(BlobId.of("data", "out/wide.parquet")));
        pair.assertMerged();
        assertThatThrownBy(() -> clouds.strategy().build().merge(request))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("it exists");
        clouds.storage().delete("data", "out/wide.parquet");
    }

    @Test
    void estimate_tellsContainerAndCostAndChangesNothing() {
        int before = clouds.run().executions();
        CostEstimate estimate = clouds.strategy()
                .prices(PriceList.asOf(LocalDate.of(2030, 1, 1))
                        .perVcpuSecond(BigDecimal.ONE)
                        .build())
                .build()
                .estimate(pair.request());

        assertThat(estimate.fits()).isTrue();
        assertThat(estimate.checks())
                .filteredOn(check -> check.name().equals("container memory"))
                .singleElement()
                .satisfies(check -> assertThat(check.detail()).contains("1.0 GiB", "588.8 MiB"));
        // 2 vCPU for the least of a minute
        assertThat(estimate.costItems().get(0).dollars()).isEqualByComparingTo("120");
        assertThat(clouds.run().executions()).isEqualTo(before);
        assertThat(clouds.objects().objects()).noneMatch(object -> object.startsWith("gs://staging"));
    }

    @Test
    void progress_goesThroughEveryStep() {
        List<Progress> events = new ArrayList<>();
        clouds.strategy().build().merge(pair.request(), events::add);

        assertThat(events.stream().map(Progress::phase).map(Enum::name).distinct())
                .contains("PREFLIGHT", "STAGE", "JOIN", "ALIGN", "MOVE", "VERIFY", "PUBLISH");
        assertThat(events.stream().flatMap(event -> event.detail().stream()))
                .contains("4 of 4 files sent", "starting job merge");
    }

    @Test
    void sweep_deletesWhatDeadRunsLeftAndNothingElse() {
        String dead = "tests/marquetry-cloudrun/20200101t000000-abcdef/in/0/a.parquet";
        for (String name : List.of(dead, "tests/marquetry-cloudrun/notes/a.txt", "tests/other.txt")) {
            clouds.storage().create(BlobInfo.newBuilder("staging", name).build(), new byte[1]);
        }
        CloudRunStrategy strategy = clouds.strategy().build();

        assertThat(strategy.sweep(Duration.ofDays(1)).deleted()).isEmpty();
        clouds.objects().passTime(Duration.ofDays(-3));
        clouds.storage().create(BlobInfo.newBuilder("staging", dead).build(), new byte[1]);
        clouds.objects().passTime(Duration.ofDays(3));
        assertThat(strategy.sweep(Duration.ofDays(1)).deleted())
                .containsExactly("gs://staging/tests/marquetry-cloudrun/20200101t000000-abcdef/");
        assertThat(clouds.objects().objects())
                .contains("gs://staging/tests/marquetry-cloudrun/notes/a.txt", "gs://staging/tests/other.txt")
                .doesNotContain("gs://staging/" + dead);
        assertThatThrownBy(() -> strategy.sweep(Duration.ofHours(1))).isInstanceOf(IllegalArgumentException.class);
        clouds.storage().delete("staging", "tests/marquetry-cloudrun/notes/a.txt");
        clouds.storage().delete("staging", "tests/other.txt");
    }

    @Test
    void namesThatCanNotBe_areRefused() {
        assertThatThrownBy(() -> CloudRunStrategy.builder("p", "r", "a/b", "gs://bucket"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("job");
        assertThatThrownBy(() -> CloudRunStrategy.builder("p", "r", "j", "s3://bucket"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() ->
                        CloudRunStrategy.builder("p", "r", "j", "gs://bucket").build())
                .isInstanceOf(IllegalStateException.class);
    }
}
