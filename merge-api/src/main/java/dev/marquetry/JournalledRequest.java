/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry;

import dev.marquetry.FileMark.Inputs;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One request of a batch as its journal sees it: whether it is done already, and what is written when it is merged. */
final class JournalledRequest {
    private static final Logger LOG = LoggerFactory.getLogger(JournalledRequest.class);

    private final Journal journal;
    private final String name;
    private final MergeRequest request;
    private final @Nullable String fingerprint;
    private final @Nullable Inputs inputs;
    private final Optional<JournalEntry> before;

    private JournalledRequest(
            Journal journal, String name, MergeRequest request, @Nullable String fingerprint, @Nullable Inputs inputs) {
        this.journal = journal;
        this.name = name;
        this.request = request;
        this.fingerprint = fingerprint;
        this.inputs = inputs;
        String output = request.output().toString();
        before = Optional.ofNullable(journal.entry(name))
                .filter(entry -> entry.output().equals(output));
    }

    /** Looks at the request's inputs as they are; those that can not be read are left for the merge to refuse. */
    static JournalledRequest of(Journal journal, String name, MergeRequest request) {
        String fingerprint = null;
        Inputs inputs = null;
        try {
            List<URI> features = request.featureFiles();
            fingerprint = request.fingerprint(features);
            List<URI> files = new ArrayList<>(List.of(request.spine()));
            files.addAll(features);
            inputs = Inputs.of(files);
        } catch (IOException | InvalidInputException e) {
            LOG.info("{} can not be told from what it was before and is merged: {}", name, e.getMessage());
        }
        return new JournalledRequest(journal, name, request, fingerprint, inputs);
    }

    /** Returns what made the output, if the journal has it as done, of this request and these inputs, and it is as it was. */
    Optional<MergeResult> doneAlready() {
        JournalEntry entry = before.orElse(null);
        if (entry == null || entry.done().isEmpty() || inputs == null || fingerprint == null) {
            return Optional.empty();
        }
        boolean isSame = entry.request().equals(Optional.of(fingerprint))
                && entry.inputs().equals(Optional.of(inputs.fingerprint()));
        return isSame && isAsItWas(entry) ? entry.done() : Optional.empty();
    }

    /** Returns whether the journal has that the output, which is {@link #doneAlready}, passed its check. */
    boolean validatedAlready() {
        return before.map(JournalEntry::validated).orElse(false);
    }

    /** Returns the copy of the output, which is {@link #doneAlready}, if the journal has that it was made as {@code object}. */
    Optional<Backup> backedUpAlready(URI object) {
        return before.flatMap(JournalEntry::backup).filter(copy -> copy.object().equals(object));
    }

    private boolean isAsItWas(JournalEntry entry) {
        try {
            FileMark mark = FileMark.of(request.output());
            return mark.bytes() == entry.done().orElseThrow().outputBytes()
                    && entry.footer().equals(Optional.of(mark.footer()));
        } catch (IOException e) {
            return false; // such as: it is not there
        }
    }

    /** Writes that the merge begins, and returns the request to merge: one that replaces an output of the batch's own. */
    MergeRequest begin() {
        boolean isThere = isThere();
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("name", name);
        line.put("output", request.output().toString());
        if (fingerprint != null) {
            line.put("request", fingerprint);
        }
        if (inputs != null) {
            line.put("files", inputs.files());
            line.put("bytes", inputs.bytes());
            line.put("inputs", inputs.fingerprint());
        }
        line.put("owned", !isThere || wasOwned());
        journal.append("begun", line);
        return isThere && wasOwned() ? request.replacing() : request;
    }

    private boolean isThere() {
        return !"file".equals(request.output().getScheme())
                || Files.exists(Path.of(request.output()), LinkOption.NOFOLLOW_LINKS);
    }

    private boolean wasOwned() {
        return before.map(JournalEntry::owned).orElse(false);
    }

    /** Writes how the merge ended. */
    void ended(BatchResult.Item item) {
        item.result().ifPresent(result -> done(result, item));
        item.failure().ifPresent(failure -> failed(failure, item));
    }

    private void done(MergeResult result, BatchResult.Item item) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("name", name);
        line.put("strategy", result.strategy());
        line.put("rows", result.rows());
        line.put("columns", result.columns());
        line.put("inputBytes", result.inputBytes());
        line.put("outputBytes", result.outputBytes());
        try {
            FileMark mark = FileMark.of(request.output());
            line.put("outputBytes", mark.bytes());
            line.put("modified", mark.modified().toString());
            line.put("footer", mark.footer());
        } catch (IOException e) {
            LOG.warn("Cannot mark the output of {}, which the next run will make again: {}", name, e.getMessage());
        }
        line.put("elapsedMillis", item.elapsed().toMillis());
        result.peakMemoryBytes().ifPresent(bytes -> line.put("peakMemoryBytes", bytes));
        line.put("cost", item.cost().toPlainString());
        journal.append("done", line);
    }

    /** Writes that the output, done before, passed its check; a line of its own, for a check can take as long as a merge. */
    void validated() {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("name", name);
        journal.append("validated", line);
    }

    /** Writes that the output, done before, was copied. */
    void backedUp(Backup copy) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("name", name);
        line.put("object", copy.object().toString());
        line.put("generation", copy.generation());
        line.put("crc32c", copy.crc32c());
        line.put("bytes", copy.bytes());
        line.put("copied", copy.copied());
        journal.append("backed up", line);
    }

    /**
     * A merge that failed published nothing: an output that is there though none was is not the batch's own. One that was done
     * and then failed its check is.
     */
    private void failed(RuntimeException failure, BatchResult.Item item) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("name", name);
        line.put("kind", failure.getClass().getSimpleName());
        line.put("message", String.valueOf(failure.getMessage()));
        line.put("elapsedMillis", item.elapsed().toMillis());
        line.put("cost", item.cost().toPlainString());
        JournalEntry last = journal.entry(name);
        line.put("owned", wasOwned() || (last != null && last.done().isPresent()));
        journal.append("failed", line);
    }
}
