/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.spi.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.marquetry.InvalidInputException;
import dev.marquetry.LimitBreachException;
import dev.marquetry.MergeException;
import dev.marquetry.MergeFailedException;
import dev.marquetry.MergeRequest;
import dev.marquetry.spi.wire.WorkEvent.Failed;
import dev.marquetry.spi.wire.WorkEvent.Ready;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What goes over the wire comes back equal, and what does not belong there is refused. */
class WireTest {
    private static final String ORDER =
            "{\"marquetry\":1,\"request\":{\"keys\":[\"ts\"],\"spine\":\"file:///s\",\"features\":[],\"output\":\"file:///o\"}}";

    private final long seed = ThreadLocalRandom.current().nextLong();
    private final RandomValues values = new RandomValues(seed);

    @RepeatedTest(100)
    void orders_comeBackEqual() {
        WorkOrder order = values.order();
        assertThat(WorkOrder.read(order.toLine()))
                .as("seed %d", seed)
                .usingRecursiveComparison()
                .isEqualTo(order);
    }

    @RepeatedTest(100)
    void events_comeBackEqual() {
        for (WorkEvent event : List.of(
                new Ready(values.number()),
                new WorkEvent.Progressed(values.progress()),
                new WorkEvent.Sampled(values.sample()),
                new WorkEvent.Merged(values.result()),
                new WorkEvent.Estimated(values.estimate()))) {
            String line = event.toLine();
            assertThat(WorkEvent.isSample(line)).isEqualTo(event instanceof WorkEvent.Sampled);
            assertThat(line).startsWith(WorkEvent.lineStart()).doesNotContain("\n", "\r");
            assertThat(WorkEvent.read(line))
                    .as("seed %d", seed)
                    .isExactlyInstanceOf(event.getClass())
                    .usingRecursiveComparison()
                    .isEqualTo(event);
        }
    }

    @RepeatedTest(50)
    void failures_comeBackWithTypeMessageProblemsBreachAttemptsAndCost() {
        for (MergeException failure : values.failures()) {
            MergeException back = ((Failed) WorkEvent.read(new Failed(failure).toLine())).failure();
            assertThat(back).as("seed %d", seed).isExactlyInstanceOf(failure.getClass());
            assertThat(back).hasMessage(failure.getMessage()).hasNoCause();
            assertThat(back.attempts()).isEqualTo(failure.attempts()).isNotNull();
            assertThat(back.cost()).isEqualTo(failure.cost());
            if (failure instanceof InvalidInputException invalid) {
                assertThat(((InvalidInputException) back).problems()).isEqualTo(invalid.problems());
            }
            if (failure instanceof LimitBreachException breach) {
                assertThat(((LimitBreachException) back).breach()).isEqualTo(breach.breach());
            }
        }
    }

    @Test
    void everyKindOfFailure_isTried() {
        assertThat(values.failures())
                .extracting(Object::getClass)
                .extracting(type -> (Object) type)
                .containsExactlyInAnyOrder((Object[]) MergeException.class.getPermittedSubclasses());
    }

    @Test
    void causeOfAFailure_comesBackAsItsStackTrace() {
        MergeException failure = new MergeFailedException("no", new IOException("disk on fire"));
        Failed once = (Failed) WorkEvent.read(new Failed(failure).toLine());
        Failed twice = (Failed) WorkEvent.read(once.toLine());
        assertThat(once.failure().getCause()).hasMessageContainingAll("IOException: disk on fire", "WireTest");
        assertThat(twice.failure().getCause())
                .hasMessage(once.failure().getCause().getMessage());
    }

    @Test
    void orderWithItsRequestAlone_takesEveryDefault() {
        WorkOrder order = WorkOrder.read(ORDER);
        assertThat(order.task()).isEqualTo(WorkOrder.Task.MERGE);
        assertThat(order.limits()).isEmpty();
        assertThat(order.strategy()).isEmpty();
        assertThat(order.request())
                .usingRecursiveComparison()
                .isEqualTo(MergeRequest.onKey("ts")
                        .spine(Path.of("/s"))
                        .features(List.of())
                        .writeTo(Path.of("/o")));
    }

    @Test
    void foldersOfARequest_travelAsTheirFiles(@TempDir Path folder) throws IOException {
        for (String name : List.of("b.parquet", "a.parquet", "s.parquet", "c.txt")) {
            Files.writeString(folder.resolve(name), "");
        }
        MergeRequest request = MergeRequest.onKey("ts")
                .spine(folder.resolve("s.parquet"))
                .features(folder, "*.parquet")
                .writeTo(folder.resolve("out"));
        WorkOrder order = new WorkOrder(WorkOrder.Task.MERGE, Optional.empty(), request, Optional.empty(), 1);
        assertThat(WorkOrder.read(order.toLine()).request().featureFiles())
                .isEqualTo(request.featureFiles())
                .hasSize(2);
    }

    @Test
    void fieldsThatAreNotKnown_arePassedOver() {
        assertThat(WorkOrder.read(ORDER.replace("{\"marquetry\":1", "{\"marquetry\":1,\"later\":[{\"x\":null}]"))
                        .request()
                        .keys())
                .containsExactly("ts");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "null",
                "[]",
                "{}",
                "{\"marquetry\":2,\"event\":\"ready\",\"processId\":1}",
                "{\"marquetry\":1,\"event\":\"ready\"}",
                "{\"marquetry\":1,\"event\":\"ready\",\"processId\":1.5}",
                "{\"marquetry\":1,\"event\":\"ready\",\"processId\":1e30}",
                "{\"marquetry\":1,\"event\":\"ready\",\"processId\":\"1\"}",
                "{\"marquetry\":1,\"event\":\"later\"}",
                "{\"marquetry\":1,\"event\":\"failure\",\"failure\":{\"type\":\"Later\",\"message\":\"\",\"cost\":\"0\",\"attempts\":[]}}",
                "{\"marquetry\":1,\"event\":\"failure\",\"failure\":{\"type\":\"InvalidInputException\",\"message\":\"\",\"problems\":[],\"cost\":\"0\",\"attempts\":[]}}",
                "{\"marquetry\":1,\"event\":\"progress\",\"progress\":{\"phase\":\"LATER\"}}",
                "{\"marquetry\":1,\"event\":\"ready\",\"processId\":1} more"
            })
    void brokenEvents_areInvalidInput(String line) {
        assertThatThrownBy(() -> WorkEvent.read(line))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageStartingWith("Cannot read the worker's event: ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"marquetry\":1}",
                "{\"marquetry\":1,\"request\":{\"keys\":[],\"spine\":\"file:///s\",\"features\":[],\"output\":\"file:///o\"}}",
                "{\"marquetry\":1,\"request\":{\"keys\":[\"a\",\"a\"],\"spine\":\"file:///s\",\"features\":[],\"output\":\"file:///o\"}}",
                "{\"marquetry\":1,\"request\":{\"keys\":[1],\"spine\":\"file:///s\",\"features\":[],\"output\":\"file:///o\"}}",
                "{\"marquetry\":1,\"request\":{\"keys\":[\"a\"],\"spine\":\"s\",\"features\":[],\"output\":\"file:///o\"}}",
                "{\"marquetry\":1,\"request\":{\"keys\":[\"a\"],\"spine\":\"file:///s p\",\"features\":[],\"output\":\"file:///o\"}}",
                "{\"marquetry\":1,\"request\":{\"keys\":[\"a\"],\"spine\":\"file:///s\",\"features\":[null],\"output\":\"file:///o\"}}",
                "{\"marquetry\":1,\"limits\":{\"maxElapsed\":\"soon\"},\"request\":{\"keys\":[\"a\"],\"spine\":\"file:///s\",\"features\":[],\"output\":\"file:///o\"}}",
                "{\"marquetry\":1,\"limits\":{\"maxMemory\":-1},\"request\":{\"keys\":[\"a\"],\"spine\":\"file:///s\",\"features\":[],\"output\":\"file:///o\"}}"
            })
    void brokenOrders_areInvalidInput(String line) {
        assertThatThrownBy(() -> WorkOrder.read(line))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageStartingWith("Cannot read the order: ");
    }

    @Test
    void cutOffAnywhere_anOrderIsInvalidInput() {
        String line = values.order().toLine();
        for (int end = 0; end < line.length(); end++) {
            String cut = line.substring(0, end);
            assertThatThrownBy(() -> WorkOrder.read(cut))
                    .as("seed %d, cut at %d", seed, end)
                    .isInstanceOf(InvalidInputException.class);
        }
    }
}
