/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marquetry.MergeException;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.function.Executable;

/** Lets a strategy off a claim for a stated reason, as long as the reason holds. */
final class Waiver {
    private Waiver() {}

    /** Makes {@code claim}; if {@code capability} is waived, expects it to fail and then aborts the test with the reason. */
    static void hold(Capability capability, Map<Capability, String> waived, Executable claim) throws Throwable {
        String reason = waived.get(capability);
        if (reason == null) {
            claim.execute();
            return;
        }
        assertThat(reason).as("reason for waiving " + capability).isNotBlank();
        try {
            claim.execute();
        } catch (MergeException refused) {
            Assumptions.abort(capability + " is waived: " + reason);
        } catch (AssertionError wrong) {
            if (capability.mustRefuse()) {
                throw new AssertionError("What needs " + capability + " must be refused, not merged wrongly", wrong);
            }
            Assumptions.abort(capability + " is waived: " + reason);
        }
        throw new AssertionError("The waiver of " + capability + " is no longer needed: " + reason);
    }
}
