/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.gcs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.google.cloud.storage.BlobInfo;
import com.google.cloud.storage.Storage;
import dev.marquetry.CostEstimate;
import dev.marquetry.InvalidInputException;
import dev.marquetry.LimitBreachException;
import dev.marquetry.MemorySize;
import dev.marquetry.MergeCancelledException;
import dev.marquetry.MergeException;
import dev.marquetry.MergeFailedException;
import dev.marquetry.MergeRequest;
import dev.marquetry.MergeRequest.ExistingOutput;
import dev.marquetry.MergeResult;
import dev.marquetry.MergeStrategy;
import dev.marquetry.OutcomeUnknownException;
import dev.marquetry.Phase;
import dev.marquetry.Resource;
import dev.marquetry.ResourceLimits;
import dev.marquetry.StrategyUnavailableException;
import dev.marquetry.local.LocalArrowStrategy;
import dev.marquetry.loopback.ApiCall;
import dev.marquetry.loopback.LoopbackStorage;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The local engine writes its output where it belongs, through Google's client: all of it or nothing. */
@Timeout(120)
class ObjectOutputTest {
    private static final URI OUTPUT = Loopback.address("out/wide.parquet");
    private static final byte[] OLD = "what was there before".getBytes(StandardCharsets.UTF_8);

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
        return within(ResourceLimits.builder());
    }

    private MergeStrategy within(ResourceLimits.Builder limits) {
        return LocalArrowStrategy.within(limits.build()).with(Loopback.store(cloud));
    }

    /** Returns files whose merge is sent in many pieces of 256 KiB where the budget is {@link #SMALL}. */
    private Pair large() throws IOException {
        return new Pair(folder, 40_000, 6, 4, 15_000);
    }

    private static final MemorySize SMALL = MemorySize.mib(8);

    private byte[] output() {
        return client.readAllBytes(Loopback.BUCKET, "out/wide.parquet");
    }

    private void storeOld() {
        client.create(BlobInfo.newBuilder(Loopback.BUCKET, "out/wide.parquet").build(), OLD);
    }

    private void assertNothingWasWritten() {
        assertThat(cloud.objects()).noneMatch(object -> object.startsWith("gs://data/out"));
    }

    @Test
    void fromObjectsToAnObject_theBytesAreThoseOfFiles() throws IOException {
        Pair pair = large();
        MergeRequest request = pair.uploaded(client).writeTo(OUTPUT);
        assertThat(strategy().estimate(request).amount(Resource.DISK)).hasValue(0);
        MergeResult result = strategy().merge(request, event -> {});

        assertThat(output()).isEqualTo(pair.merged());
        assertThat(result.output()).isEqualTo(OUTPUT);
        assertThat(result.outputBytes()).isEqualTo(output().length);
    }

    @Test
    void inManySmallPieces_theBytesAreTheSame() throws IOException {
        Pair pair = large();
        MergeRequest request = pair.uploaded(client).writeTo(OUTPUT);
        MergeStrategy strategy =
                within(ResourceLimits.builder().maxMemory(SMALL).threads(2));
        CostEstimate estimate = strategy.estimate(request);
        MergeResult result = strategy.merge(request, event -> {});

        assertThat(output()).isEqualTo(pair.merged());
        assertThat(cloud.calls(ApiCall.UPLOAD_START)).hasSize(1);
        assertThat(cloud.calls(ApiCall.UPLOAD_CHUNK)).hasSizeGreaterThan(10);
        assertThat(cloud.calls(ApiCall.UPLOAD_CHUNK)
                        .get(cloud.calls(ApiCall.UPLOAD_CHUNK).size() - 1)
                        .hash())
                .as("the service makes no object of other bytes")
                .startsWith("crc32c=");
        assertThat(estimate.fits()).as("%s", estimate).isTrue();
        assertThat(estimate.amount(Resource.DISK).orElseThrow())
                .as("what does not fit the memory, and nothing else")
                .isLessThan(output().length / 4);
        assertThat(result.peakMemoryBytes().orElseThrow())
                .isBetween(1L, estimate.amount(Resource.MEMORY).orElseThrow());
    }

    @Test
    void manyWorkers_writeEveryByteInItsOrder() throws IOException {
        Pair pair = large();
        MergeRequest request = pair.uploaded(client).writeTo(OUTPUT);
        within(ResourceLimits.builder().maxMemory(MemorySize.mib(32)).threads(8))
                .merge(request, event -> {});

        assertThat(output()).isEqualTo(pair.merged());
    }

    @Test
    void fromFilesHere_anObjectIsWrittenToo() throws IOException {
        Pair pair = new Pair(folder, 500, 2, 2, 500);
        strategy()
                .merge(MergeRequest.onKey("ts")
                        .spine(pair.spine())
                        .features(pair.features())
                        .writeTo(OUTPUT));

        assertThat(output()).isEqualTo(pair.merged());
    }

    @Test
    void anObjectThatExists_isRefusedUnlessItMayBeReplaced() throws IOException {
        Pair pair = new Pair(folder, 500, 2, 2, 500);
        MergeRequest.Builder request = pair.uploaded(client);
        storeOld();

        assertThatThrownBy(() -> strategy().merge(request.writeTo(OUTPUT)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("wide.parquet] Cannot write the output: it exists");
        assertThat(output()).isEqualTo(OLD);

        strategy().merge(request.onExistingOutput(ExistingOutput.REPLACE).writeTo(OUTPUT));
        assertThat(output()).isEqualTo(pair.merged());
    }

    @Test
    void anObjectThatAppearsMeanwhile_isNotReplaced() throws IOException {
        MergeRequest request = large().uploaded(client).writeTo(OUTPUT);
        Throwable failure = catchThrowable(() -> strategy().merge(request, event -> {
            if (event.phase() == Phase.ALIGN) {
                storeOld();
            }
        }));

        assertThat(failure).isInstanceOf(InvalidInputException.class).hasMessageContaining("it exists");
        assertThat(output()).isEqualTo(OLD);
    }

    @Test
    void anObjectThatIsWrittenByOthersMeanwhile_isNotReplaced() throws IOException {
        storeOld();
        byte[] newer = "newer".getBytes(StandardCharsets.UTF_8);
        MergeRequest request = large().uploaded(client)
                .onExistingOutput(ExistingOutput.REPLACE)
                .writeTo(OUTPUT);
        Throwable failure = catchThrowable(() -> strategy().merge(request, event -> {
            if (event.phase() == Phase.VERIFY) {
                client.create(
                        BlobInfo.newBuilder(Loopback.BUCKET, "out/wide.parquet").build(), newer);
            }
        }));

        assertThat(failure).isInstanceOf(MergeFailedException.class).hasMessageContaining("by somebody else");
        assertThat(output()).isEqualTo(newer);
    }

    @RepeatedTest(4)
    void whateverPieceIsLostOrRefused_theUploadGoesOn() throws IOException {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        Pair pair = large();
        MergeRequest request = pair.uploaded(client).writeTo(OUTPUT);
        cloud.faults().on(ApiCall.UPLOAD_CHUNK).answer(503).onlyOn(1 + random.nextInt(10));
        cloud.faults().on(ApiCall.UPLOAD_CHUNK).loseCall().onlyOn(12 + random.nextInt(5));
        cloud.faults().on(ApiCall.UPLOAD_CHUNK).loseReply().onlyOn(20 + random.nextInt(5));
        cloud.faults().on(ApiCall.UPLOAD_START).answer(503).first(1);
        within(ResourceLimits.builder().maxMemory(SMALL)).merge(request, event -> {});

        assertThat(output()).as("seed %d", seed).isEqualTo(pair.merged());
    }

    @Test
    void aServiceThatTakesNoMorePieces_leavesNothing() throws IOException {
        MergeRequest request = large().uploaded(client).writeTo(OUTPUT);
        cloud.faults().on(ApiCall.UPLOAD_CHUNK).answer(503).after(5);

        assertThatThrownBy(
                        () -> within(ResourceLimits.builder().maxMemory(SMALL)).merge(request, event -> {}))
                .isInstanceOf(StrategyUnavailableException.class)
                .hasMessageContaining("wide.parquet");
        assertNothingWasWritten();
    }

    @Test
    void aLostReplyToTheLastPiece_isLookedUp() throws IOException {
        Pair pair = new Pair(folder, 500, 2, 2, 500);
        MergeRequest request = pair.uploaded(client).writeTo(OUTPUT);
        cloud.faults().on(ApiCall.UPLOAD_CHUNK).loseReply().always();
        strategy().merge(request);

        assertThat(output()).isEqualTo(pair.merged());
    }

    @Test
    void aLastPieceThatNeverArrives_isAFailureWithNothingWritten() throws IOException {
        MergeRequest request = new Pair(folder, 500, 2, 2, 500).uploaded(client).writeTo(OUTPUT);
        cloud.faults().on(ApiCall.UPLOAD_CHUNK).loseCall().always();

        assertThatThrownBy(() -> strategy().merge(request))
                .isInstanceOf(MergeException.class)
                .isNotInstanceOf(OutcomeUnknownException.class);
        assertNothingWasWritten();
    }

    @Test
    void whenNobodyCanTellWhetherItWasWritten_theOutcomeIsUnknown() throws IOException {
        MergeRequest request = new Pair(folder, 500, 2, 2, 500).uploaded(client).writeTo(OUTPUT);
        cloud.faults().on(ApiCall.UPLOAD_CHUNK).loseReply().always();
        cloud.faults().on("GET", ".*wide.parquet").answer(503).after(1);

        assertThatThrownBy(() -> strategy().merge(request))
                .isInstanceOf(OutcomeUnknownException.class)
                .hasMessageContaining(OUTPUT.toString());
    }

    @Test
    void anInterrupt_endsTheUploadSoon() throws Exception {
        MergeRequest request = large().uploaded(client).writeTo(OUTPUT);
        cloud.faults().on(ApiCall.UPLOAD_CHUNK).delay(Duration.ofSeconds(20)).after(3);
        AtomicReference<Throwable> failure = new AtomicReference<>();
        Thread merging = new Thread(() -> failure.set(catchThrowable(
                () -> within(ResourceLimits.builder().maxMemory(SMALL)).merge(request, event -> {}))));
        merging.start();
        while (cloud.calls(ApiCall.UPLOAD_CHUNK).size() < 4 && merging.isAlive()) {
            Thread.sleep(10);
        }
        merging.interrupt();
        merging.join(10_000);

        assertThat(merging.isAlive()).isFalse();
        assertThat(failure.get()).isInstanceOf(MergeCancelledException.class);
        assertNothingWasWritten();
    }

    @Test
    void aLimitOnTime_endsTheUpload() throws IOException {
        MergeRequest request = large().uploaded(client).writeTo(OUTPUT);
        cloud.faults().on(ApiCall.UPLOAD_CHUNK).delay(Duration.ofSeconds(20)).after(3);

        assertThatThrownBy(
                        () -> within(ResourceLimits.builder().maxMemory(SMALL).maxElapsed(Duration.ofSeconds(8)))
                                .merge(request, event -> {}))
                .isInstanceOf(LimitBreachException.class);
        assertNothingWasWritten();
    }

    @Test
    void anInputThatChanges_leavesNoOutput() throws IOException {
        Pair pair = large();
        MergeRequest request = pair.uploaded(client).writeTo(OUTPUT);
        assertThatThrownBy(() -> strategy().merge(request, event -> {
                    if (event.phase() == Phase.VERIFY) {
                        client.create(
                                BlobInfo.newBuilder(Loopback.BUCKET, "in/f1.parquet")
                                        .build(),
                                OLD);
                    }
                }))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("f1.parquet");
        assertNothingWasWritten();
    }

    @Test
    void withoutAStore_anObjectIsRefusedByName() throws IOException {
        Pair pair = new Pair(folder, 100, 1, 1, 100);
        MergeRequest request = MergeRequest.onKey("ts")
                .spine(pair.spine())
                .features(pair.features())
                .writeTo(OUTPUT);
        assertThatThrownBy(() ->
                        LocalArrowStrategy.within(ResourceLimits.defaults()).merge(request))
                .isInstanceOf(StrategyUnavailableException.class)
                .hasMessageContaining(OUTPUT.toString());
    }
}
