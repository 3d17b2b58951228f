/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.marquetry.StrategyUnavailableException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.opentest4j.TestAbortedException;

class WaiverTest {
    private static final Executable WORKS = () -> {};

    private static final Executable REFUSES = () -> {
        throw new StrategyUnavailableException("no INT96");
    };

    private static final Executable IS_WRONG = () -> {
        throw new AssertionError("other value");
    };

    private static Throwable outcome(Capability capability, Map<Capability, String> waived, Executable claim) {
        return catchThrowable(() -> Waiver.hold(capability, waived, claim));
    }

    @Test
    void withoutWaiver_theClaimDecides() {
        assertThat(outcome(Capability.INT96_COLUMNS, Map.of(), WORKS)).isNull();
        assertThat(outcome(Capability.INT96_COLUMNS, Map.of(), REFUSES))
                .isInstanceOf(StrategyUnavailableException.class);
        assertThat(outcome(Capability.INT96_COLUMNS, Map.of(), IS_WRONG)).hasMessage("other value");
    }

    @Test
    void waivedRefusal_abortsTheTestWithTheReason() {
        assertThat(outcome(Capability.INT96_COLUMNS, Map.of(Capability.INT96_COLUMNS, "no such type"), REFUSES))
                .isInstanceOf(TestAbortedException.class)
                .hasMessageContaining("INT96_COLUMNS")
                .hasMessageContaining("no such type");
    }

    @Test
    void waiverOfAnotherCapability_doesNotHelp() {
        assertThat(outcome(Capability.INT96_COLUMNS, Map.of(Capability.INT96_KEYS, "no such type"), REFUSES))
                .isInstanceOf(StrategyUnavailableException.class);
    }

    @Test
    void waiverThatIsNotNeeded_fails() {
        assertThat(outcome(Capability.INT96_COLUMNS, Map.of(Capability.INT96_COLUMNS, "no such type"), WORKS))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("no longer needed");
    }

    @Test
    void waiverWithoutReason_fails() {
        assertThat(outcome(Capability.INT96_COLUMNS, Map.of(Capability.INT96_COLUMNS, " "), REFUSES))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("reason");
    }

    @Test
    void waivedValues_mustBeRefusedAndNotChanged() {
        assertThat(outcome(Capability.INT96_COLUMNS, Map.of(Capability.INT96_COLUMNS, "no such type"), IS_WRONG))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("must be refused");
        assertThat(outcome(
                        Capability.REPRODUCIBLE_BYTES, Map.of(Capability.REPRODUCIBLE_BYTES, "shards vary"), IS_WRONG))
                .isInstanceOf(TestAbortedException.class);
    }
}
