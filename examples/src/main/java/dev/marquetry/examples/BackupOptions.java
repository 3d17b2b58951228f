/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.examples;

import dev.marquetry.MergeRequest;
import dev.marquetry.OutputBackup;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Collection;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The option of {@code merge} and {@code pairs} that has outputs copied. */
@SuppressWarnings("NullAway.Init") // set by picocli
final class BackupOptions {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Option(
            names = "--backup",
            paramLabel = "URI",
            description = "Copy each finished output into gs://bucket/folder, unless that very object is there.")
    private @Nullable String folder;

    /** Returns what copies the outputs of {@code requests}, which must be files; empty if nothing is to be copied. */
    Optional<OutputBackup> backup(Engine engine, Collection<MergeRequest> requests) {
        if (folder == null) {
            return Optional.empty();
        }
        for (MergeRequest request : requests) {
            if (!"file".equals(request.output().getScheme())) {
                throw usage("Option --backup copies files of this machine, but the output is " + request.output());
            }
        }
        return Optional.of(engine.backup(folder(folder)));
    }

    private URI folder(String text) {
        try {
            String rest = text.startsWith(CommonOptions.OBJECT) ? text.substring(CommonOptions.OBJECT.length()) : "";
            int slash = rest.indexOf('/');
            String bucket = slash < 0 ? rest : rest.substring(0, slash);
            if (bucket.isEmpty()) {
                throw usage("Invalid value for option '--backup': must be like gs://bucket/folder but was " + text);
            }
            return new URI("gs", bucket, slash < 0 ? "/" : rest.substring(slash), null);
        } catch (URISyntaxException e) {
            throw usage("Invalid value for option '--backup': " + e.getMessage());
        }
    }

    private ParameterException usage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
