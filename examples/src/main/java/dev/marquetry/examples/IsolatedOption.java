/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.examples;

import dev.marquetry.MergeStrategy;
import dev.marquetry.ResourceLimits;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The option of {@code merge} and {@code pairs} that has each merge made in a process of its own. */
@SuppressWarnings("NullAway.Init") // set by picocli
final class IsolatedOption {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Option(
            names = "--isolated",
            description = "Merge in a process of its own, whose death for lack of memory is a breach of --memory.")
    private boolean isolated;

    /** Refuses objects among {@code named}, files as they were given, if merges are isolated: their processes have no store. */
    void check(List<String> named) {
        for (String file : named) {
            if (isolated && file.startsWith(CommonOptions.OBJECT)) {
                throw new ParameterException(
                        spec.commandLine(),
                        "Option --isolated merges files of this machine only, and can not use " + file);
            }
        }
    }

    /** Returns the engine's strategy that keeps {@code limits}, as isolated as was asked for. */
    MergeStrategy within(Engine engine, ResourceLimits limits, int progressEveryFiles) {
        return isolated ? engine.isolated(limits, progressEveryFiles) : engine.within(limits, progressEveryFiles);
    }
}
