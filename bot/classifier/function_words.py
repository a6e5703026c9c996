"""Words and letters that short texts are recognised by, for languages written in Latin letters."""

_WORDS = {
    "en": "the and is was are were it its this that these of to in on for with not no my your our i you we they he she very so but have has had been be an at from by just what why when where how who please thanks there their did do does don't would could will can't never still after me us",
    "es": "el la los las un una unos es fue era son muy y o pero con sin por para en del al que se me mi tu su nos lo le no ni más mas como cuando porque este esta esto ese todo todos nada está están hay ha he han gracias hace ya también tan les hola fueron",
    "fr": "le la les un une des est était sont et ou mais avec sans pour dans du au aux que qui se me mon ma mes ton votre notre nous vous il elle on je ne pas plus très trop ce cette ces en sur par tout tous rien a ai ont j'ai c'est merci bonjour depuis chez leur été sommes avons même",
    "de": "der die das ein eine einen einem einer ist war sind und oder aber mit ohne für in im am auf von zu zum zur dass sich mich mein meine ihr wir sie er es ich du nicht kein keine sehr auch noch nur wie wenn schon hat habe haben wurde bei nach aus danke leider immer mehr alles nichts den dem des waren",
    "pt": "o a os as um uma é foi era são muito e ou mas com sem por para em no na nos nas do da dos das que se me meu minha seu nós não mais como quando porque este esta isso tudo nada está estão há já também tão obrigado obrigada ao pelo pela você vocês eu ele ela até foram",
    "it": "il lo la i gli le un una uno è era sono molto e o ma con senza per in nel nella del della dei delle al alla che si mi mio mia suo noi non più come quando perché questo questa tutto niente ho ha hanno anche così grazie ci da dal ancora stato stata abbiamo sempre",
    "nl": "de het een en of maar met zonder voor in op van te is was zijn waren niet geen ik je jij wij we ze hij zij mijn ons onze zeer heel ook nog al als dat dit die deze er aan bij naar om dan heeft heb hebben werd veel meer bedankt erg goed alles niets wel",
    "id": "yang dan di ke dari ini itu ada tidak tak bukan dengan untuk pada saya aku kami kita anda kamu dia sudah belum akan bisa sangat juga karena tapi atau saja lagi sekali banyak lebih nya terima kasih jadi kalau baru lama apa kenapa bagus dalam",
    "ms": "yang dan di ke dari ini itu ada tidak tak bukan dengan untuk pada saya kami kita anda dia sudah belum akan boleh sangat juga kerana tapi atau sahaja lagi sekali banyak lebih terima kasih jadi kalau baru lama apa kenapa bagus dalam",
    "vi": "và là của có không được cho với tôi mình chúng bạn rất quá này đó khi thì mà đã sẽ đang ở trong từ đến một những các nhưng cũng nên vì sao lại còn nữa hơn tốt nhân viên",
    "tr": "ve bir bu şu o çok da de ki mi mı mu mü için ile gibi ama değil yok var daha en ben sen biz siz onlar ne neden nasıl hiç her şey olarak oldu olan sonra kadar iyi kötü teşekkürler bana size",
    "pl": "i w na z do nie się jest był była to ten ta że jak ale lub bardzo dla od po przez za o mi mój moja nas was ja ty on my są co czy już tylko tak jeszcze dziękuję przed bez pod",
    "sv": "och att det som en ett är var i på för med av till inte jag du vi ni han hon de den om men mycket så har hade kan ska från mig min mitt vår efter när bara tack också eller",
    "tl": "ang ng sa na at ay mga ko mo ka siya kami tayo sila hindi wala may mayroon ito iyan po naman lang din rin pero kasi para salamat sobrang",
}
FUNCTION_WORDS = {language: frozenset(words.split()) for language, words in _WORDS.items()}

LETTERS = {
    "es": "ñ¿¡",
    "fr": "œèùêû",
    "de": "ßäöü",
    "pt": "ãõ",
    "it": "ìò",
    "vi": "ăơưđạảấầẩậắằặẹẻẽếềểễệỉịọỏốồổộớờởợụủứừửữựỳỹ",
    "tr": "ığşİ",
    "pl": "ąćęłńśźż",
    "sv": "åäö",
}
