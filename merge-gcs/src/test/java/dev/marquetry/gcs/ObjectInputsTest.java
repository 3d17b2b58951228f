/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.gcs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.google.cloud.storage.BlobInfo;
import com.google.cloud.storage.Storage;
import dev.marquetry.CostEstimate;
import dev.marquetry.InvalidInputException;
import dev.marquetry.MemorySize;
import dev.marquetry.MergeRequest;
import dev.marquetry.MergeResult;
import dev.marquetry.MergeStrategy;
import dev.marquetry.Phase;
import dev.marquetry.Resource;
import dev.marquetry.ResourceLimits;
import dev.marquetry.StrategyUnavailableException;
import dev.marquetry.local.LocalArrowStrategy;
import dev.marquetry.loopback.ApiCall;
import dev.marquetry.loopback.LoopbackStorage;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The local engine reads inputs where they are, through Google's client. */
@Timeout(120)
class ObjectInputsTest {
    @TempDir
    private Path folder;

    private LoopbackStorage cloud;
    private Storage client;

    @BeforeEach
    void start() {
        cloud = Loopback.start();
        client = Loopback.client(cloud);
    }

    @AfterEach
    void stop() {
        cloud.close();
    }

    private MergeStrategy strategy() {
        return LocalArrowStrategy.within(ResourceLimits.defaults()).with(Loopback.store(cloud));
    }

    private Path output() {
        return folder.resolve("wide.parquet");
    }

    @Test
    void aMergeOfObjects_writesTheBytesThatOneOfFilesDoes() throws IOException {
        Pair pair = new Pair(folder, 2_000, 7, 5, 700);
        strategy().merge(pair.uploaded(client).writeTo(output()));

        assertThat(output()).hasBinaryContent(pair.merged());
    }

    @Test
    void largeObjects_areReadInFewRequestsOfTheirGeneration() throws IOException {
        Pair pair = new Pair(folder, 100_000, 3, 6, 100_000);
        MergeRequest request = pair.uploaded(client).writeTo(output());
        int before = cloud.calls(ApiCall.OBJECTS_DOWNLOAD).size();
        strategy().merge(request);

        assertThat(output()).hasBinaryContent(pair.merged());
        // A footer's magic and tail, descriptions, keys, what lies beside the chunks, and chunks in pieces of 4 MiB.
        long bytes = 0;
        for (Path feature : pair.features()) {
            bytes += Files.size(feature);
        }
        long pieces = bytes / (4 << 20) + 1;
        assertThat(cloud.calls(ApiCall.OBJECTS_DOWNLOAD).size() - before).isLessThan((int) (4 * 8 + 2 * pieces));
        assertThat(cloud.calls(ApiCall.OBJECTS_DOWNLOAD))
                .allMatch(call -> call.parameters().containsKey("generation"));
    }

    @Test
    void failuresThatPass_changeNothing() throws IOException {
        Pair pair = new Pair(folder, 2_000, 7, 5, 700);
        MergeRequest request = pair.uploaded(client).writeTo(output());
        cloud.faults().on(ApiCall.OBJECTS_DOWNLOAD).answer(503).first(3);
        cloud.faults().on(ApiCall.OBJECTS_DOWNLOAD).cutAfter(1_000).onlyOn(9);
        cloud.faults().on(ApiCall.OBJECTS_DOWNLOAD).cutAfter(3).onlyOn(15);
        cloud.faults().on(ApiCall.OBJECTS_DOWNLOAD).loseReply().onlyOn(20);
        cloud.faults().on(ApiCall.OBJECTS_GET).answer(429).first(2);
        strategy().merge(request);

        assertThat(output()).hasBinaryContent(pair.merged());
    }

    @Test
    void aServiceThatKeepsFailing_isUnavailable() throws IOException {
        MergeRequest request = new Pair(folder, 100, 2, 2, 100).uploaded(client).writeTo(output());
        cloud.faults().on(ApiCall.OBJECTS_DOWNLOAD).answer(503).always();

        assertThatThrownBy(() -> strategy().merge(request)).isInstanceOf(StrategyUnavailableException.class);
        assertThat(output()).doesNotExist();
    }

    @Test
    void aMissingPermission_isNamed() throws IOException {
        MergeRequest request = new Pair(folder, 100, 2, 2, 100).uploaded(client).writeTo(output());
        cloud.faults().deny(ApiCall.OBJECTS_DOWNLOAD);

        assertThatThrownBy(() -> strategy().merge(request))
                .isInstanceOf(StrategyUnavailableException.class)
                .hasMessageContaining("storage.objects.get");
    }

    @Test
    void anObjectThatIsWrittenAgainMeanwhile_failsTheMerge() throws IOException {
        Pair pair = new Pair(folder, 2_000, 4, 3, 700);
        MergeRequest request = pair.uploaded(client).writeTo(output());
        byte[] same = Files.readAllBytes(pair.features().get(3));
        Throwable failure = catchThrowable(() -> strategy().merge(request, event -> {
            if (event.phase() == Phase.MOVE) {
                client.create(
                        BlobInfo.newBuilder(Loopback.BUCKET, "in/f3.parquet").build(), same);
            }
        }));

        assertThat(failure).isInstanceOf(InvalidInputException.class).hasMessageContaining("f3.parquet", "changes");
        assertThat(output()).doesNotExist();
    }

    @Test
    void anObjectThatIsDeletedMeanwhile_failsTheMerge() throws IOException {
        MergeRequest request =
                new Pair(folder, 2_000, 4, 3, 700).uploaded(client).writeTo(output());
        Throwable failure = catchThrowable(() -> strategy().merge(request, event -> {
            if (event.phase() == Phase.ALIGN) {
                client.delete(Loopback.BUCKET, "in/f3.parquet");
            }
        }));

        assertThat(failure).isInstanceOf(InvalidInputException.class).hasMessageContaining("f3.parquet", "changes");
        assertThat(output()).doesNotExist();
    }

    @Test
    void missingObjects_areAllNamed() throws IOException {
        Pair pair = new Pair(folder, 100, 1, 1, 100);
        MergeRequest request = MergeRequest.onKey("ts")
                .spine(Loopback.upload(client, "in", pair.spine()))
                .featureUris(List.of(Loopback.address("in/gone.parquet"), Loopback.address("in/too.parquet")))
                .writeTo(output());

        assertThat(strategy().estimate(request).inputProblems())
                .hasSize(2)
                .first()
                .asString()
                .contains("gone.parquet", "Cannot find the object");
        assertThatThrownBy(() -> strategy().merge(request))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("too.parquet");
    }

    @Test
    void anEstimate_fetchesLittle_andPredictsEnoughMemory() throws IOException {
        MergeRequest request =
                new Pair(folder, 50_000, 5, 8, 50_000).uploaded(client).writeTo(output());
        MergeStrategy strategy = strategy();
        CostEstimate estimate = strategy.estimate(request);
        MergeResult result = strategy.merge(request, event -> {});

        assertThat(estimate.fits()).isTrue();
        assertThat(estimate.inputProblems()).isEmpty();
        assertThat(result.peakMemoryBytes().orElseThrow())
                .isBetween(1L, estimate.amount(Resource.MEMORY).orElseThrow());
    }

    @Test
    void aSmallBudget_isEnough() throws IOException {
        Pair pair = new Pair(folder, 20_000, 5, 4, 5_000);
        MergeRequest request = pair.uploaded(client).writeTo(output());
        ResourceLimits limits =
                ResourceLimits.builder().maxMemory(MemorySize.mib(4)).build();
        MergeResult result =
                LocalArrowStrategy.within(limits).with(Loopback.store(cloud)).merge(request, event -> {});

        assertThat(output()).hasBinaryContent(pair.merged());
        assertThat(result.peakMemoryBytes().orElseThrow()).isLessThanOrEqualTo(4 << 20);
    }

    @Test
    void withoutAStore_objectsAreRefusedByName() throws IOException {
        Pair pair = new Pair(folder, 100, 1, 1, 100);
        URI spine = Loopback.upload(client, "in", pair.spine());
        MergeRequest request =
                MergeRequest.onKey("ts").spine(spine).features(pair.features()).writeTo(output());

        assertThat(LocalArrowStrategy.within(ResourceLimits.defaults())
                        .estimate(request)
                        .refusals())
                .singleElement()
                .asString()
                .contains(spine.toString());
    }
}
