/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.write;

import dev.marquetry.InvalidInputException;
import dev.marquetry.MergeException;
import dev.marquetry.MergeFailedException;
import dev.marquetry.MergeRequest;
import dev.marquetry.MergeRequest.ExistingOutput;
import dev.marquetry.local.internal.limits.MemoryBudget;
import dev.marquetry.local.internal.limits.MergeControl;
import dev.marquetry.local.internal.limits.Place;
import dev.marquetry.local.internal.plan.MergePlan;
import dev.marquetry.local.internal.scratch.Output;
import dev.marquetry.local.internal.scratch.Scratch;
import dev.marquetry.local.internal.source.KeptOrigin;
import dev.marquetry.local.storage.ObjectChangedException;
import dev.marquetry.local.storage.ObjectStore;
import dev.marquetry.local.storage.ObjectUpload;
import dev.marquetry.local.storage.StoredObject;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.util.Optional;
import java.util.OptionalInt;

/** An object that comes about in one upload and becomes visible when that is complete. */
public final class UploadDestination implements Destination {
    private final MergeRequest request;
    private final ObjectUpload upload;
    private final UploadedOutput output;

    private UploadDestination(MergeRequest request, ObjectUpload upload, UploadedOutput output) {
        this.request = request;
        this.upload = upload;
        this.output = output;
    }

    /** Begins the output of {@code plan} in {@code store}; what it replaces, if it may, is what is there at this moment. */
    public static UploadDestination begin(
            ObjectStore store, MergePlan plan, MemoryBudget budget, Place place, MergeControl control, Scratch scratch)
            throws IOException {
        MergeRequest request = plan.origin().request();
        URI address = request.output();
        boolean replace = request.existingOutput() == ExistingOutput.REPLACE;
        int pieceBytes = UploadedOutput.pieceBytes(plan, budget.limit());
        try {
            Optional<StoredObject> replaced = replace ? store.find(address) : Optional.empty();
            ObjectUpload upload = store.create(address, replaced, pieceBytes);
            boolean begun = false;
            try {
                UploadedOutput output = new UploadedOutput(
                        upload, pieceBytes, budget, place, control, scratch, e -> failed(request, e));
                begun = true;
                return new UploadDestination(request, upload, output);
            } finally {
                if (!begun) {
                    upload.close();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while the upload was begun");
        }
    }

    /** Returns what the upload of the output of {@code plan} holds in memory within {@code budget} bytes. */
    public static long bytesHeld(MergePlan plan, long budget) {
        return UploadedOutput.held(UploadedOutput.pieceBytes(plan, budget)) + SpillBuffer.memoryLimit(budget);
    }

    /** Returns how much of a merge's scratch stays in memory within {@code budget} bytes. */
    public static long scratchInMemory(long budget) {
        return SpillBuffer.memoryLimit(budget);
    }

    /** Returns the least that any upload holds in memory. */
    public static long leastBytesHeld() {
        return UploadedOutput.held(UploadedOutput.UNIT);
    }

    @Override
    public Output output() {
        return output;
    }

    @Override
    public void verify(
            MergePlan plan, OutputWriter.Written written, MemoryBudget budget, Place place, MergeControl control)
            throws IOException {
        Verifier.verifyFooter(plan, new KeptOrigin(request.output(), output.kept()), written);
    }

    @Override
    public void publish() throws IOException {
        StoredObject made;
        int crc;
        try {
            crc = output.finish();
            made = upload.complete();
        } catch (ObjectChangedException e) {
            throw failed(request, e);
        }
        URI address = request.output();
        if (made.bytes() != output.written() || !made.crc32c().equals(OptionalInt.of(crc))) {
            throw new MergeFailedException("[" + MergeRequest.fileName(address) + "] Cannot vouch for the output: "
                    + output.written() + " bytes with CRC32C " + Integer.toHexString(crc) + " were sent, but " + address
                    + " has " + made.bytes() + " bytes with CRC32C "
                    + (made.crc32c().isPresent()
                            ? Integer.toHexString(made.crc32c().getAsInt())
                            : "unknown"));
        }
    }

    private static MergeException failed(MergeRequest request, IOException e) {
        String name = "[" + MergeRequest.fileName(request.output()) + "] ";
        if (!(e instanceof ObjectChangedException)) {
            return new MergeFailedException(name + "Cannot write the output: " + e.getMessage(), e);
        }
        return request.existingOutput() == ExistingOutput.REPLACE
                ? new MergeFailedException(
                        name + "Cannot replace the output: it was written by somebody else meanwhile, merge again", e)
                : new InvalidInputException(
                        name + "Cannot write the output: it exists, remove it or ask to replace it", e);
    }

    @Override
    public void close() throws IOException {
        try (upload) {
            output.close();
        }
    }
}
