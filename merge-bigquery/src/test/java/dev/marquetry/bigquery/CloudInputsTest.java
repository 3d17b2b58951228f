/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.bigquery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.google.cloud.storage.BlobInfo;
import com.google.cloud.storage.Storage;
import dev.marquetry.CostEstimate;
import dev.marquetry.InvalidInputException;
import dev.marquetry.MergeFailedException;
import dev.marquetry.MergeRequest;
import dev.marquetry.Phase;
import dev.marquetry.StrategyUnavailableException;
import dev.marquetry.loopback.ApiCall;
import dev.marquetry.loopback.LoopbackCloud;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Inputs in Cloud Storage are used where they are, and stay as they are. */
@Timeout(60)
class CloudInputsTest {
    private static final int FILES = 4;

    @TempDir
    private Path folder;

    private LoopbackCloud cloud;
    private Storage storage;
    private Pair pair;
    private final List<String> inputs = new ArrayList<>();

    @BeforeEach
    void start() throws IOException {
        cloud = Loopback.start().bucket("data").rowsPerShard(50);
        storage = Loopback.storage(cloud);
        pair = new Pair(folder, FILES, 4);
    }

    @AfterEach
    void nothingButTheInputsIsLeft() throws IOException {
        try (LoopbackCloud used = cloud;
                Stream<Path> here = Files.list(folder.resolve("out"))) {
            assertThat(used.datasets()).isEmpty();
            assertThat(used.objects()).containsExactlyInAnyOrderElementsOf(inputs);
            assertThat(here.map(file -> file.getFileName().toString())).isSubsetOf("wide.parquet", "expected.parquet");
        }
    }

    private URI store(String bucket, Path file) throws IOException {
        String name = "in/" + file.getFileName();
        storage.create(BlobInfo.newBuilder(bucket, name).build(), Files.readAllBytes(file));
        inputs.add("gs://" + bucket + "/" + name);
        return URI.create("gs://" + bucket + "/" + name);
    }

    private MergeRequest stored(String bucket) throws IOException {
        List<URI> features = new ArrayList<>();
        for (Path feature : pair.features()) {
            features.add(store(bucket, feature));
        }
        return MergeRequest.onKey("ts")
                .spine(store(bucket, pair.spine()))
                .featureUris(features)
                .writeTo(pair.output());
    }

    @Test
    void inputsInTheStagingBucket_getTheirTailThere() throws IOException {
        Loopback.strategy(cloud).build().merge(stored("staging"));

        pair.assertMerged();
        assertThat(cloud.calls(ApiCall.OBJECTS_COMPOSE)).hasSize(FILES);
        assertThat(cloud.calls(ApiCall.OBJECTS_REWRITE)).isEmpty();
    }

    @Test
    void inputsInAnotherBucket_areCopiedInsideTheService() throws IOException {
        Loopback.strategy(cloud).build().merge(stored("data"));

        pair.assertMerged();
        assertThat(cloud.calls(ApiCall.OBJECTS_REWRITE)).hasSize(FILES);
    }

    @Test
    void someInputsHereAndSomeThere_areMergedAlike() throws IOException {
        List<URI> features = new ArrayList<>();
        for (Path feature : pair.features()) {
            features.add(features.size() % 2 == 0 ? store("data", feature) : feature.toUri());
        }
        Loopback.strategy(cloud)
                .build()
                .merge(MergeRequest.onKey("ts")
                        .spine(pair.spine())
                        .featureUris(features)
                        .writeTo(pair.output()));

        pair.assertMerged();
    }

    @Test
    void estimate_readsFootersOnly() throws IOException {
        CostEstimate estimate = Loopback.strategy(cloud).build().estimate(stored("data"));

        assertThat(estimate.fits()).isTrue();
        assertThat(estimate.columns()).isEqualTo(2 + 4 * FILES);
        assertThat(cloud.calls(ApiCall.OBJECTS_DOWNLOAD)).hasSize(3 * (FILES + 1)); // magic, tail, footer
    }

    @Test
    void missingObject_isAProblemOfTheInputs() throws IOException {
        MergeRequest request = MergeRequest.onKey("ts")
                .spine(store("data", pair.spine()))
                .featureUris(List.of(URI.create("gs://data/in/gone.parquet"), URI.create("gs://data/in/too.parquet")))
                .writeTo(pair.output());

        assertThat(Loopback.strategy(cloud).build().estimate(request).inputProblems())
                .hasSize(2)
                .first()
                .asString()
                .contains("gone.parquet", "Cannot find the object");
        assertThatThrownBy(() -> Loopback.strategy(cloud).build().merge(request))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("too.parquet");
    }

    @Test
    void objectThatIsNoParquet_isAProblemOfTheInputs() throws IOException {
        Path file = Files.writeString(folder.resolve("odd.parquet"), "this is no Parquet file at all");
        MergeRequest request = MergeRequest.onKey("ts")
                .spine(store("data", pair.spine()))
                .featureUris(List.of(store("data", file)))
                .writeTo(pair.output());

        assertThatThrownBy(() -> Loopback.strategy(cloud).build().merge(request))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("odd.parquet");
    }

    @Test
    void objectThatChangesOnTheWay_failsTheMerge() throws IOException {
        MergeRequest request = stored("data");
        byte[] other = Files.readAllBytes(pair.features().get(1));
        Throwable failure =
                catchThrowable(() -> Loopback.strategy(cloud).build().merge(request, event -> {
                    if (event.phase() == Phase.ALIGN) {
                        storage.create(
                                BlobInfo.newBuilder("data", "in/f0.parquet").build(), other);
                    }
                }));

        assertThat(failure).isInstanceOf(MergeFailedException.class).hasMessageContaining("f0.parquet");
    }

    @Test
    void cloudInputs_canBeRefused() throws IOException {
        MergeRequest request = stored("data");
        BigQueryStrategy strategy = Loopback.strategy(cloud).refuseCloudInputs().build();

        assertThat(strategy.estimate(request).refusals()).hasSize(FILES + 1);
        assertThatThrownBy(() -> strategy.merge(request)).isInstanceOf(StrategyUnavailableException.class);
    }
}
