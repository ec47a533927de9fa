"""The shared machinery, one file per step of the flow. Each file imports only from files above it.

    errors       InputError and how a script ends on wrong input
    files        files that appear whole or not at all
    options      types and wording of command-line options
    setting      a folder's name -> learning rate, dropout, epochs, graphs
    dataset      a data set's folders, files and names
    places       where counts and a run's results go
    annotations  contours/*.csv -> counts of nuclei
    density      test.json -> tumour densities
    architecture which network: depth and frozen stages
    synthetic/   a painted sample data set in the NuCLS layout
    fields       picture + density of each field of view
    names        what a field of view's name tells: patient, slide, place on it
    agreement    figures of agreement, their intervals, counting noise
    raters       fields that several people labelled, pooled
    split        which fields train and which validate, and what both sides share
    pictures     PNG files -> one memory-mapped array of pictures
    stains       Macenko and Reinhard: pictures in the stains of one target
    nuclei       where the nuclei lie in each field of view
    classical    stain and texture features, gradient-boosted trees
    baselines    what a network is compared with
    logbook      log0.xlsx
    log_file     a log's way onto the disk, also while Excel has it open
    locks        one run of a network in a folder at a time
    state        unfinished.npz: what a run needs to go on
    beginning    where a run begins: anew, after its last finished epoch, or not at all
    graphs       loss.png, mae.png, ...
    model_file   what a model file knows about itself
    any_picture  pictures as users have them: formats, grey, palette, 16 bit
    growing_table  a CSV that grows while a long job goes on
    slide        whole slides: fields, tissue, thumbnail
    slide_results  density.png, density.geojson, summary.json
    explained    how much of a Grad-CAM map lies on tumour nuclei
    evaluated    what is evaluated: a run's best model and labelled fields
    evaluation_graphs  predicted against true, Bland-Altman, errors, worst fields
    comparison   all finished runs, in blocks of comparable ones, ranked
    comparison_graphs  bars, heat map and curves of the runs
    comparison_book  comparison.xlsx
    comparison_page  comparison.html
    precision    which precision a device trains in
    option_groups  groups of options that several scripts share
    network_options  the command line of the network scripts
    inputs       the pictures that a run shows its network
    labels       the labelled fields of view that a command line names
    plan         what a run is to do: check everything that the user gave
    search_space what the hyper-parameter search tries
    search_plan  what a search is to do, on the training part only
    trials       what a search has found: trials.xlsx, trials.png
    best_setting tell the best setting of a search, make its folder, train it
    study        every network in every folder, and how far each run has come
    workers      what computes the runs of a study: this machine, or a Dask cluster
    prepare      read what the plan names: pictures, baselines
    journal      what a run has done, saved after each epoch
    interruption Ctrl-C, at a moment when nothing is half-written
    space        the space on the disk that a run needs

Above this line nothing imports TensorFlow, which takes seconds.

    device       the device that TensorFlow runs on
    provenance   how a run was made: command, versions, commit, times
    windows      random windows of fields, with densities of their own
    batches      pictures -> shuffled, augmented batches
    network      ResNet with a density head, frozen stages
    fused        its twin that trains: batch normalisation in one operation
    folded       its twin that predicts: batch normalisation folded away
    metrics      the figures of an epoch
    learning     optimizer, schedule, loss, momentum of the batch statistics
    best_models  a model file for each epoch that is better than all before it
    callbacks    validation, rows, progress while a network trains
    training     the fit itself
    tuner        Keras Tuner: its space, its files whole, what it has found
    search       Keras Tuner proposes settings, each is trained for a few epochs
    predictor    a trained model that answers for pictures
    evaluation   predict, compute the figures, write them
    picture_predictions  densities of many pictures
    labelled_predictions  how well they agree with labels
    slide_predictions  densities of the fields of a whole slide
    grad_cam     where the evidence for a high density lies
    explanation  Grad-CAM beside each picture, and what the maps lie on
    run          the flow of one run: prepare, and only then load TensorFlow and train
"""

VERSION = "1.0.dev"  # of the project; in every log and model file
