/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ResourceLimitsTest {
    @Test
    void defaults_limitMemoryAndStallOnly() {
        ResourceLimits limits = ResourceLimits.defaults();

        assertThat(limits.maxMemory()).isEqualTo(MemorySize.mib(512));
        assertThat(limits.maxStall()).isEqualTo(Duration.ofMinutes(5));
        assertThat(limits.maxElapsed()).isEmpty();
        assertThat(limits.minFreeDisk()).isEmpty();
        assertThat(limits.minFreeSystemMemory()).isEmpty();
        assertThat(limits.threads()).isEmpty();
    }

    @Test
    void everyLimit_isKeptAsSet() {
        ResourceLimits limits = ResourceLimits.builder()
                .maxMemory(MemorySize.mib(1))
                .minFreeSystemMemory(MemorySize.mib(2))
                .minFreeDisk(MemorySize.mib(3))
                .maxElapsed(Duration.ofSeconds(4))
                .maxStall(Duration.ofSeconds(5))
                .threads(6)
                .build();

        assertThat(limits.maxMemory()).isEqualTo(MemorySize.mib(1));
        assertThat(limits.minFreeSystemMemory()).contains(MemorySize.mib(2));
        assertThat(limits.minFreeDisk()).contains(MemorySize.mib(3));
        assertThat(limits.maxElapsed()).contains(Duration.ofSeconds(4));
        assertThat(limits.maxStall()).isEqualTo(Duration.ofSeconds(5));
        assertThat(limits.threads()).hasValue(6);
    }

    private static Arguments setter(
            String name, UnaryOperator<ResourceLimits.Builder> one, UnaryOperator<ResourceLimits.Builder> other) {
        return Arguments.of(name, one, other);
    }

    static Stream<Arguments> contradictions() {
        MemorySize one = MemorySize.mib(1);
        MemorySize two = MemorySize.mib(2);
        Duration second = Duration.ofSeconds(1);
        Duration minute = Duration.ofMinutes(1);
        return Stream.of(
                setter("max memory", limits -> limits.maxMemory(one), limits -> limits.maxMemory(two)),
                setter(
                        "min free system memory",
                        limits -> limits.minFreeSystemMemory(one),
                        limits -> limits.minFreeSystemMemory(two)),
                setter("min free disk", limits -> limits.minFreeDisk(one), limits -> limits.minFreeDisk(two)),
                setter("max elapsed", limits -> limits.maxElapsed(second), limits -> limits.maxElapsed(minute)),
                setter("max stall", limits -> limits.maxStall(second), limits -> limits.maxStall(minute)),
                setter("threads", limits -> limits.threads(1), limits -> limits.threads(2)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("contradictions")
    void secondValue_isRefusedAndTheSameOneIsNot(
            String name, UnaryOperator<ResourceLimits.Builder> one, UnaryOperator<ResourceLimits.Builder> other) {
        ResourceLimits.Builder builder = one.apply(one.apply(ResourceLimits.builder()));

        assertThatThrownBy(() -> other.apply(builder))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith(name)
                .hasMessageContaining("1")
                .hasMessageContaining("already");
    }

    @Test
    void senselessValues_areRefused() {
        ResourceLimits.Builder builder = ResourceLimits.builder();

        assertThatThrownBy(() -> builder.maxMemory(MemorySize.bytes(0))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> builder.maxElapsed(Duration.ZERO)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> builder.maxStall(Duration.ofSeconds(-1))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> builder.threads(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> builder.threads(257)).isInstanceOf(IllegalArgumentException.class);
        assertThat(builder.build().threads()).isEmpty();
    }
}
